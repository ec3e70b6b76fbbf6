"""Checks as written, and what they forbid."""

from datetime import timedelta
from typing import Any

import pytest

from tests.config.sample import ABSENT, PROD, quarantine, refusals, rules

LATENCY = {"source": "prom", "buckets": "b{track=$track}", "limit": "350ms"}


def test_errors_are_limited_by_share_and_factor() -> None:
    changes = {"checks.errors.limit": "0.5%", "checks.errors.worse_by": "1.5x"}
    limits = rules(changes).checks[0].limits
    assert (limits.name, limits.latency, limits.limit) == ("errors", False, 0.005)
    assert (limits.worse_by, limits.needs, limits.every) == (1.5, 100, timedelta(minutes=1))


def test_latency_is_limited_in_real_seconds_even_in_demo_time() -> None:
    table = {**LATENCY, "quantile": "p95", "worse_by": "50ms", "needs": 500}
    changes = {"time_scale": 60, "checks.slow": table, f"{PROD}.checks": ["slow"]}
    found = rules(changes).checks[0]
    assert (found.limits.latency, found.limits.quantile) == (True, 0.95)
    assert (found.limits.limit, found.limits.worse_by, found.limits.needs) == (0.35, 0.05, 500)
    assert found.window == timedelta(seconds=1)


def test_every_defaults_to_the_window() -> None:
    assert rules({"checks.errors.window": "2m"}).checks[0].limits.every == timedelta(minutes=2)


NONSENSE = {
    "no requests": ({"requests": ABSENT}, "errors.requests: a check asks requests and errors"),
    "both kinds": ({"buckets": "b"}, "asks for errors and for latency at once; make two checks"),
    "a quantile": ({"quantile": "p99"}, "only a check of latency has a quantile; add buckets"),
    "overlap": ({"every": "30s"}, "errors.every: polls come faster than their window"),
    "tiny": ({"window": "100ms"}, "errors.window: a window is at least one second"),
    "a limit": ({"limit": "350ms"}, '"350ms" is no share of the requests; write one like "1%"'),
    "no unit": ({"limit": 1}, "errors.limit: 1 is a number without a unit"),
    "no unit in text": ({"limit": "1"}, "errors.limit: 1 is a number without a unit"),
    "nothing": ({"limit": "0%"}, "forbids everything or nothing"),
    "everything": ({"limit": "100%"}, "forbids everything or nothing"),
    "a factor": ({"worse_by": "50%"}, '"50%" is not a factor above 1; write how many times'),
    "a better one": ({"worse_by": "0.5x"}, '"0.5x" is not a factor above 1'),
    "needs": ({"needs": 0}, "errors.needs: 0 is out of range"),
    "needs text": ({"needs": "100"}, '"100" is not a whole number'),
    "a placeholder": ({"errors": "e{t=$trak}"}, 'in place of "$trak"; did you mean track?'),
    "an empty query": ({"errors": " "}, "errors.errors: the text is empty"),
    "a long query": ({"errors": "e" * 10_001}, "the text is 10001 characters long"),
    "source": ({"source": ABSENT}, "errors.source: this key is missing; add it"),
}


@pytest.mark.parametrize(("keys", "said"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_has_a_sentence(keys: dict[str, Any], said: str) -> None:
    found = refusals({f"checks.errors.{key}": value for key, value in keys.items()})
    assert any(said in each for each in found), found


SLOW = {
    "a share": ({"limit": "1%"}, "write a latency like"),
    "a factor": ({"worse_by": "1.5x"}, "write a latency like"),
    "a quantile": ({"quantile": "99"}, '"99" is not a quantile; write one like "p99"'),
    "p100": ({"quantile": "p100"}, '"p100" is not a quantile'),
    "p0": ({"quantile": "p0"}, '"p0" is not a quantile'),
}


@pytest.mark.parametrize(("keys", "said"), SLOW.values(), ids=SLOW)
def test_nonsense_about_latency_has_a_sentence(keys: dict[str, Any], said: str) -> None:
    found = refusals({"checks.slow": {**LATENCY, **keys}})
    assert any(said in each for each in found), found


def test_a_dollar_that_is_no_placeholder_is_left_alone() -> None:
    query = 'e{code=~"5..$",track="$track"}[$window]'
    assert rules({"checks.errors.errors": query}).checks[0].errors == query


def test_a_release_to_everybody_needs_a_limit_to_be_judged_by() -> None:
    changes = {
        "checks.errors.limit": ABSENT,
        "services.handbook.environments.prod.strategy": SHADOW,
    }
    said = quarantine(changes)[0]
    assert "check errors has no limit, and at 100 % nothing is left to compare" in said
    assert 'write limit = "1%" in [checks.errors]' in said


SHADOW = {"kind": "shadow", "steps": [{"mirror": "10%", "bake": "1m"}]}
