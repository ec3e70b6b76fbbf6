"""What the programs print, read strictly. Raises Nonsense, naming the program."""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from bot.domain.terms.strategy import Observed
from bot.ports.answers import load_json, one_line
from bot.ports.outcomes import Nonsense

Shares: TypeAlias = dict[str, float]

EXAMPLE = '{"revisions": {"v1.4.1": 90, "v1.4.2": 10}, "settled": true}'
MOST = 1000


def read_observed(printed: bytes, program: str) -> Observed:
    """`{"revisions": {...}, "settled": bool}`, with "mirrors" and "note" where there are any."""
    answer = _object(printed, program, ("revisions", "settled"), ("mirrors", "note"), EXAMPLE)
    if not isinstance(answer["settled"], bool):
        raise _nonsense(program, '"settled" is not true or false', EXAMPLE)
    revisions = _shares(answer["revisions"], program)
    if sum(revisions.values()) > 100.5:
        raise _nonsense(program, '"revisions" add up to more than 100 percent', EXAMPLE)
    note = answer.get("note", "")
    return Observed(
        revisions=revisions,
        mirrors=_shares(answer.get("mirrors", {}), program),
        settled=answer["settled"],
        note=one_line(note) if isinstance(note, str) else "",
    )


def read_found(printed: bytes, program: str) -> bool | None:
    """`{"found": true}`; null where the program cannot tell."""
    example = '{"found": true}'
    found = _object(printed, program, ("found",), (), example)["found"]
    if found is None or isinstance(found, bool):
        return found
    raise _nonsense(program, '"found" is not true, false or null', example)


def read_versions(printed: bytes, program: str) -> tuple[str, ...]:
    """`{"versions": ["v1.4.1", "v1.4.2"]}`"""
    example = '{"versions": ["v1.4.1", "v1.4.2"]}'
    versions = _object(printed, program, ("versions",), (), example)["versions"]
    if isinstance(versions, list) and all(map(_is_name, versions)):
        return tuple(versions)
    raise _nonsense(program, '"versions" is not a list of names', example)


def _object(
    printed: bytes, program: str, must: tuple[str, ...], may: tuple[str, ...], example: str
) -> Mapping[str, Any]:
    answer = load_json(printed, program)
    if not isinstance(answer, dict):
        raise _nonsense(program, "no JSON object", example)
    missing = [name for name in must if name not in answer]
    strange = [name for name in answer if name not in (*must, *may)]
    if missing or strange:
        wrong = [f"no {name!r}" for name in missing] + [f"{name[:40]!r}" for name in strange]
        raise _nonsense(program, f"{', '.join(wrong)} in the object", example)
    return answer


def _shares(value: Any, program: str) -> Shares:
    if not isinstance(value, dict) or len(value) > MOST or not all(map(_is_name, value)):
        raise _nonsense(program, "shares that are no object of names and percents", EXAMPLE)
    wrong = [name for name, percent in value.items() if not _is_percent(percent)]
    if wrong:
        raise _nonsense(program, f"a share of {wrong[0]!r} that is no percent", EXAMPLE)
    return {name: float(percent) for name, percent in value.items()}


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _is_percent(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and 0 <= value <= 100


def _nonsense(program: str, what: str, example: str) -> Nonsense:
    return Nonsense(f"{program} printed something unusable: {what}. Print one line like {example}.")
