"""Rules survive JSON, and their digest changes with what is pinned and with nothing else."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.domain.terms.rules import PollRules, Rules, digest_of, pin
from bot.domain.terms.strategy import Strategy, StrategyKind
from tests.config.sample import PROD, read, rules

STORED = TypeAdapter(Rules)
FULL = {
    "services.checkout.channel": "#shop",
    "services.checkout.owner": "devs",
    f"{PROD}.target": {"app": "checkout"},
    f"{PROD}.tier": 1,
    f"{PROD}.rollback": {"page": "shop"},
    f"{PROD}.strategy": {
        "kind": "canary",
        "steps": [
            {"weight": "33.3%", "bake": "100ms"},
            {"weight": "100%", "bake": "1h", "gate": True},
        ],
    },
}

CANONICAL = (
    '{"after":null,"checks":[],"deployer":"d","environment":"e","mode":"act",'
    '"rollback":{"ask_after":600.0,"on_no_data":"hold","page":null,"shift_within":600.0,'
    '"upon":["fail"],"within":120.0},"service":"s",'
    '"strategy":{"kind":"rolling","steps":[]},"target":{},"tier":null}'
)


def test_rules_survive_json() -> None:
    found = rules(FULL)
    assert STORED.validate_json(STORED.dump_json(found)) == found


def test_the_digest_is_that_of_the_rules_read_back() -> None:
    found = rules(FULL)
    assert digest_of(STORED.validate_json(STORED.dump_json(found))) == found.digest


def test_the_digest_is_the_same_for_the_same_file() -> None:
    assert rules(FULL).digest == rules(FULL).digest
    assert len(rules(FULL).digest) == 64


def test_the_digest_has_a_known_value() -> None:
    """Any other value would make every live release look as if its rules had changed."""
    plainest = Rules(
        service="s",
        environment="e",
        deployer="d",
        target={},
        strategy=Strategy(kind=StrategyKind.ROLLING, steps=()),
    )
    assert pin(plainest).digest == hashlib.sha256(CANONICAL.encode()).hexdigest()


PINNED: dict[str, Any] = {
    "deployer": "other",
    "target": {"app": "x"},
    "strategy": Strategy(kind=StrategyKind.SHADOW, steps=()),
    "checks": (),
    "after": None,
    "tier": 2,
    "poll": PollRules(seats=(), quorum=1),
}
FRESH: dict[str, Any] = {"may": {}, "channel": "#other", "owner": "leads"}


@pytest.mark.parametrize("name", PINNED)
def test_what_is_pinned_changes_the_digest(name: str) -> None:
    found = rules(FULL)
    assert digest_of(replace(found, **{name: PINNED[name]})) != found.digest


def test_a_duration_changes_the_digest() -> None:
    found = rules(FULL)
    slower = replace(found.rollback, within=timedelta(minutes=3))
    assert digest_of(replace(found, rollback=slower)) != found.digest


@pytest.mark.parametrize("name", FRESH)
def test_what_is_read_fresh_does_not(name: str) -> None:
    found = rules(FULL)
    assert digest_of(replace(found, **{name: FRESH[name]})) == found.digest


def test_every_service_has_its_own_digest() -> None:
    every = [each.digest for each in read().services.values()]
    assert len(set(every)) == len(every) == 3
