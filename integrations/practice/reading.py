"""What the practice fleet says, read strictly. Raises Nonsense."""

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.terms.strategy import Observed
from bot.ports.answers import one_line, redact
from bot.ports.outcomes import Nonsense

_SECONDS = re.compile(r"\d{1,5}")
SOON = timedelta(seconds=5)


def read_observed(answer: Any) -> Observed:
    settled = _field(answer, "settled")
    if not isinstance(settled, bool):
        raise _nonsense("it does not say whether it has settled")
    return Observed(
        revisions=_shares(_field(answer, "revisions")),
        mirrors=_shares(_field(answer, "mirror")),
        settled=settled,
    )


def read_versions(answer: Any) -> tuple[str, ...]:
    versions = _field(answer, "versions")
    if isinstance(versions, list) and all(isinstance(each, str) for each in versions):
        return tuple(versions)
    raise _nonsense("its versions are no list of names")


def read_found(answer: Any) -> bool:
    found = _field(answer, "found")
    if isinstance(found, bool):
        return found
    raise _nonsense("it does not say whether it found the key")


def read_sites(answer: Any) -> list[str]:
    """`checkout in prod`, for every site."""
    sites = _field(answer, "sites")
    if not isinstance(sites, list):
        raise _nonsense("its sites are no list")
    return [
        one_line(f"{_field(each, 'service')} in {_field(each, 'environment')}", 80)
        for each in sites
    ]


def sentence(refused: Mapping[str, Any]) -> str:
    """What the fleet says of a refusal, fit to be shown."""
    words = [refused.get("sentence"), refused.get("remedy")]
    told = " ".join(word for word in words if isinstance(word, str))
    return one_line(redact(told)).removesuffix(".") or "the practice fleet did not say why"


def wait(headers: Mapping[str, str]) -> timedelta:
    """How long a throttled caller waits: what Retry-After says, else a few seconds."""
    text = headers.get("Retry-After", "").strip()
    return timedelta(seconds=max(1, int(text))) if _SECONDS.fullmatch(text) else SOON


def _field(answer: Any, name: str) -> Any:
    if isinstance(answer, dict) and name in answer:
        return answer[name]
    raise _nonsense(f"there is no {name!r} in it")


def _shares(value: Any) -> dict[str, float]:
    if not isinstance(value, dict) or not all(map(_is_percent, value.values())):
        raise _nonsense("its shares are no percents by version")
    return {name: float(percent) for name, percent in value.items()}


def _is_percent(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and 0 <= value <= 100


def _nonsense(what: str) -> Nonsense:
    return Nonsense(
        f"The practice fleet answered something unusable: {what}. Look at what its address serves."
    )
