"""A mistake in a service stays with that service."""

from typing import Any

import pytest

from bot.config.models import May
from bot.domain.terms.rules import Right
from tests.config.sample import ABSENT, PROD, TREE, quarantine, read, rules

STAGING = "services.checkout.environments.staging"

INSIDE = {
    "a typo": ({f"{PROD}.stratgy": {}}, f"{PROD}.stratgy: no such key; did you mean strategy?"),
    "bundles": ({f"{PROD}.bundles": {}}, f"{PROD}.bundles: this is not built yet; take it out"),
    "break glass": (
        {f"{PROD}.may": {"break_glass": "devz"}},
        "may.break_glass: there is no group of people named",
    ),
    "a right": (
        {f"{PROD}.may": {"promot": "devs"}},
        "may.promot: no such key; did you mean promote?",
    ),
    "no strategy": ({f"{PROD}.strategy": ABSENT}, f"{PROD}.strategy: this key is missing; say how"),
    "no deployer": ({"defaults.deployer": ABSENT}, f"{PROD}.deployer: this key is missing; name"),
    "no checks": ({"defaults.checks": ABSENT}, "a release nobody watches is never certified"),
    "empty checks": ({f"{PROD}.checks": []}, f"{PROD}.checks: the list is empty"),
    "a check": ({f"{PROD}.checks": ["latency"]}, 'is no check named "latency"; there are: errors'),
    "a deployer": ({f"{PROD}.deployer": "shp"}, 'no integration named "shp"; did you mean shop?'),
    "a source": (
        {f"{PROD}.deployer": "prom"},
        "prom (source) does not deploy; name one that does: shop",
    ),
    "a page": ({f"{PROD}.rollback": {"page": "duty"}}, "rollback.page: there is no integration"),
    "people": ({f"{PROD}.may": {"start": ["lead"]}}, "may.start: there is no group of people"),
    "nobody and": ({f"{PROD}.may": {"start": ["nobody", "devs"]}}, "nobody stands beside other"),
    "after": ({f"{PROD}.after": "dev"}, 'no environment named "dev"; there are: staging'),
    "after itself": ({f"{PROD}.after": "prod"}, "it comes after itself, so it could never start"),
    "a circle": ({f"{STAGING}.after": "prod"}, "it comes after itself, so it could never start"),
    "a tier": ({f"{PROD}.tier": 5}, f"{PROD}.tier: 5 is out of range; write one from 1 to 4"),
    "advance and ask": (
        {f"{PROD}.mode": "ask", f"{PROD}.advance": "by itself"},
        'with mode = "ask" nothing begins by itself',
    ),
    "a mode": ({f"{PROD}.mode": "auto"}, '"auto" is none of the words for this'),
    "a bare number": ({f"{PROD}.rollback": {"within": 2}}, 'without a unit; write "2m" or "2s"'),
    "no time": ({f"{PROD}.rollback": {"within": "0s"}}, '"0s" is no time at all'),
    "for ever": ({f"{PROD}.rollback": {"within": "99d"}}, "longer than any release; 30 days are"),
    "a word as time": ({f"{PROD}.rollback": {"within": "soon"}}, '"soon" is not a duration'),
    "upon pass": ({f"{PROD}.rollback": {"upon": ["pass"]}}, 'write upon = ["fail"], or leave it'),
    "no data": ({f"{PROD}.rollback": {"on_no_data": "go"}}, 'write one of "hold"'),
    "a target": (
        {f"{PROD}.target": {"ap": "x"}},
        f"{PROD}.target.ap: no such key; did you mean app",
    ),
    "target type": ({f"{PROD}.target": {"app": 1}}, f"{PROD}.target.app: this is not text; write"),
    "target text": ({f"{PROD}.target": "x"}, f'{PROD}.target: "x" is not a table'),
    "target nan": ({f"{PROD}.target": {"app": float("nan")}}, "nan is not a finite number"),
    "target token": ({f"{PROD}.target": {"app": "xoxb-1-2"}}, "a secret is written in the file"),
    "text": ({PROD: "x"}, f"{PROD}: this is not a table; write its keys in"),
    "an owner": ({"services.checkout.owner": "dev"}, "services.checkout.owner: there is no group"),
    "a channel": ({"services.checkout.channel": "x y"}, "services.checkout.channel: "),
    "a service's key": ({"services.checkout.tier": 1}, "services.checkout.tier: no such key"),
    "no environments": ({"services.checkout": {}}, "services.checkout.environments: this key is"),
    "none of them": ({"services.checkout.environments": {}}, "the service has no environment"),
    "a service as text": ({"services.checkout": "x"}, "services.checkout: this is not a table"),
}


@pytest.mark.parametrize(("changes", "said"), INSIDE.values(), ids=INSIDE)
def test_a_mistake_in_a_service_stops_that_service(changes: dict[str, Any], said: str) -> None:
    if any(path.startswith("defaults") for path in changes):
        changes = changes | {"services.handbook.environments.prod": handbook()}
    assert any(said in each for each in quarantine(changes)), quarantine(changes)


def handbook() -> dict[str, Any]:
    return {"deployer": "shop", "checks": ["errors"], "strategy": {"kind": "rolling"}}


BROKEN = {
    "unknown": ({"use": "mover2"}, "integrations.other.use: there is no integration named"),
    "no use": ({"apply": []}, "integrations.other.use: this key is missing; name one of: mover"),
    "use as number": ({"use": 3}, "integrations.other.use: 3 is not text"),
    "text": ("mover", "integrations.other: this is not a table"),
    "typo": ({"use": "mover", "aply": []}, "integrations.other.aply: no such key; did you mean"),
    "missing": ({"use": "mover"}, "integrations.other.apply: this key is missing; add it"),
    "bound": ({"use": "mover", "apply": [], "retries": 9}, "this is too large; write at most 5"),
    "list": ({"use": "mover", "apply": "x"}, "integrations.other.apply: this is not a list"),
    "vendor's word": ({"use": "source", "url": "x"}, "'x' has no scheme; write http:// before it"),
    "sealed": (
        {"use": "source", "url": "http://x", "sealed": "hunter2"},
        "integrations.other.sealed: a secret is written in the file",
    ),
    "secret": (
        {"use": "source", "url": "http://x", "token": "hunter2"},
        "integrations.other.token: a secret is written in the file; put it in the environment",
    ),
}


@pytest.mark.parametrize(("table", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_integration_stops_those_who_name_it(table: Any, said: str) -> None:
    changes = {"integrations.other": table, f"{PROD}.deployer": "other"}
    found = quarantine(changes)
    assert any(said in each for each in found), found
    assert "hunter2" not in " ".join(found)
    assert list(read(changes).broken) == ["other"]
    assert ("checkout", "staging") in read(changes).services


def test_a_broken_source_stops_those_whose_checks_ask_it() -> None:
    table = {"source": "other", "requests": "r", "errors": "e", "limit": "1%"}
    changes = {"integrations.other": {"use": "x"}, "checks.more": table, f"{PROD}.checks": ["more"]}
    assert "integrations.other.use" in quarantine(changes)[0]


def test_a_broken_integration_that_nobody_names_stops_nobody() -> None:
    config = read({"integrations.other": {"use": "x"}})
    assert config.quarantined == {}
    assert list(config.broken) == ["other"]


def test_an_integration_that_defaults_name_stops_those_who_inherit_it() -> None:
    changes = {
        "integrations.shop.use": "x",
        "integrations.good": {"use": "mover", "apply": ["./x"]},
        "services.handbook.environments.prod.deployer": "good",
    }
    assert "integrations.shop.use" in quarantine(changes)[0]


def test_only_the_environment_with_the_mistake_is_stopped() -> None:
    config = read({f"{PROD}.tier": 9})
    assert list(config.quarantined) == [("checkout", "prod")]
    assert ("checkout", "staging") in config.services


def test_a_mistake_of_the_service_itself_stops_all_its_environments() -> None:
    config = read({"services.checkout.owner": "x", f"{PROD}.tier": 9})
    assert list(config.services) == [("handbook", "prod")]
    assert set(config.quarantined) == {"checkout", ("checkout", "prod")}
    assert set(config.stopped) == {("checkout", "prod"), ("checkout", "staging")}
    assert [len(why) for why in config.stopped.values()] == [1, 2]


@pytest.mark.parametrize(
    "name", ["to", "R-142", "142", "r142", "a b", "-x", "", "a/b", "a..b", "x" * 64]
)
def test_a_name_that_a_command_would_misread_is_refused(name: str) -> None:
    services = {**TREE["services"], name: TREE["services"]["checkout"]}
    config = read({"services": services})
    assert list(config.quarantined) == [name]


def test_names_that_differ_in_capitals_are_refused() -> None:
    services = {**TREE["services"], "Checkout": TREE["services"]["checkout"]}
    assert set(read({"services": services}).quarantined) == {"checkout", "Checkout"}


def test_rights_have_the_names_that_the_core_knows() -> None:
    assert set(May.model_fields) == set(Right)


def test_nobody_may_be_named_alone() -> None:
    assert rules({f"{PROD}.may": {"start": "nobody"}}).may["start"] == ("nobody",)


def test_the_target_is_kept_as_written() -> None:
    assert rules({f"{PROD}.target": {"app": "shop"}}).target == {"app": "shop"}


def test_beginning_by_itself_needs_an_environment_to_come_from() -> None:
    said = quarantine({f"{STAGING}.advance": "by itself"}, ("checkout", "staging"))
    assert any("nothing could begin here by itself" in each for each in said)
