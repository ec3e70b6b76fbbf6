"""Tiers and templates: what an environment takes from where, and what is wrong with them."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.terms.place import Place
from bot.domain.terms.strategy import StrategyKind
from tests.config.sample import ABSENT, PROD, Tree, quarantine, read, refusals, rules

WEB = "templates.web"
ROLLING = {"kind": "rolling"}
CANARY = {"kind": "canary", "steps": [{"weight": "100%", "bake": "1h"}]}
BARE: Tree = {"services.cart": {"like": "web"}}
CART = ("cart", "prod")


def test_each_layer_stands_over_the_one_before() -> None:
    changes: Tree = {
        "defaults.rollback": {"within": "1m", "ask_after": "1m", "shift_within": "1m"},
        "defaults.tier": 2,
        "tiers.2": {"rollback": {"within": "9m"}},
        "tiers.1": {"rollback": {"within": "2m", "ask_after": "2m", "page": "shop"}},
        WEB: {"tier": 1, "rollback": {"within": "3m", "ask_after": "3m"}},
        f"{PROD}.like": "web",
        f"{PROD}.rollback": {"within": "4m"},
    }
    found = rules(changes).rollback
    minutes = [each / timedelta(minutes=1) for each in (found.within, found.ask_after)]
    assert (minutes, found.shift_within, found.page) == ([4, 3], timedelta(minutes=1), "shop")


def test_a_tier_of_the_defaults_holds_for_all() -> None:
    changes: Tree = {"defaults.tier": 3, "tiers.3": {"rollback": {"within": "7m"}}}
    assert rules(changes, ("handbook", "prod")).rollback.within == timedelta(minutes=7)


def test_rights_of_all_layers_come_together() -> None:
    changes: Tree = {
        "tiers.1": {"may": {"promote": "leads"}},
        WEB: {"may": {"override": "leads"}},
        f"{PROD}.tier": 1,
        f"{PROD}.like": "web",
        f"{PROD}.may": {"start": "nobody"},
    }
    assert rules(changes).may == {
        "start": ("nobody",),
        "rollback": ("anyone",),
        "promote": ("leads",),
        "override": ("leads",),
    }


def test_a_service_can_be_one_line() -> None:
    web = {
        "channel": "#web",
        "strategy": CANARY,
        "environments": {"staging": {"strategy": ROLLING}, "prod": {"after": "staging"}},
    }
    found = rules({WEB: web, **BARE}, CART)
    staging = rules({WEB: web, **BARE}, ("cart", "staging"))
    assert (found.channel, found.after) == ("#web", "staging")
    assert (found.strategy.kind, staging.strategy.kind) == (
        StrategyKind.CANARY,
        StrategyKind.ROLLING,
    )


def test_own_keys_stand_over_a_services_template() -> None:
    changes: Tree = {
        WEB: {"channel": "#web", "strategy": CANARY, "environments": {"prod": {"tier": 3}}},
        "services.cart": {"like": "web", "channel": "#cart", "environments": {"prod": {"tier": 1}}},
    }
    found = rules(changes, CART)
    assert (found.channel, found.tier, found.strategy.kind) == ("#cart", 1, StrategyKind.CANARY)


def test_templates_may_be_like_others() -> None:
    changes: Tree = {
        "templates.base": {"strategy": ROLLING, "tier": 3, "environments": {"prod": {}}},
        WEB: {"like": "base", "tier": 2, "environments": {"prod": {"like": "slow"}}},
        "templates.slow": {"strategy": CANARY},
        **BARE,
    }
    found = rules(changes, CART)
    assert (found.tier, found.strategy.kind) == (2, StrategyKind.CANARY)


OUTSIDE = {
    "another tier": ({"tiers.5": {}}, 'tiers.5: there is no tier "5"; there are: 1, 2, 3, 4'),
    "a key of a tier": ({"tiers.1": {"chekcs": []}}, "tiers.1.chekcs: no such key; did you mean"),
    "a tier's check": ({"tiers.1": {"checks": "x"}}, 'tiers.1.checks: there is no check named "x"'),
    "tier in a tier": ({"tiers.1": {"tier": 2}}, "tiers.1.tier: this key belongs to services"),
    "like in a tier": ({"tiers.1": {"like": "web"}}, "tiers.1.like: this key belongs to services"),
    "like in defaults": ({"defaults.like": "web"}, "defaults.like: this key belongs to services"),
    "a tier as text": ({"tiers.1": "x"}, "tiers.1: this is not a table"),
    "steps of a tier": ({"tiers.1": {"strategy": {"kind": "canary"}}}, "tiers.1.strategy.steps: a"),
    "tiers as text": ({"tiers": "x"}, 'tiers: "x" is not a table'),
}


@pytest.mark.parametrize(("changes", "said"), OUTSIDE.values(), ids=OUTSIDE)
def test_a_mistake_in_a_tier_refuses_the_file(changes: dict[str, Any], said: str) -> None:
    assert any(said in each for each in refusals(changes)), refusals(changes)


INSIDE = {
    "no such template": (
        {f"{PROD}.like": "wbe", WEB: {}},
        f'{PROD}.like: there is no template named "wbe"; did you mean web?',
    ),
    "of a service": (
        {"services.checkout.like": "web"},
        'services.checkout.like: there is no template named "web"; there are none yet',
    ),
    "no such base": (
        {f"{PROD}.like": "web", WEB: {"like": "base"}},
        'templates.web.like: there is no template named "base"; there are: web',
    ),
    "a cycle": (
        {f"{PROD}.like": "web", WEB: {"like": "api"}, "templates.api": {"like": "web"}},
        "templates.web.like: it is like itself: web → api → web; take one of these likes out",
    ),
    "like itself": (
        {f"{PROD}.like": "web", WEB: {"like": "web"}},
        "templates.web.like: it is like itself: web → web",
    ),
    "a cycle inside": (
        {f"{PROD}.like": "web", WEB: {"environments": {"prod": {"like": "web"}}}},
        "templates.web.environments.prod.like: it is like itself: web → web",
    ),
    "a cycle half inside": (
        {
            f"{PROD}.like": "api",
            "templates.api": {"like": "web"},
            WEB: {"environments": {"prod": {"like": "api"}}},
        },
        "it is like itself: api → web → api",
    ),
    "a typo": ({f"{PROD}.like": "web", WEB: {"chekcs": []}}, f"{WEB}.chekcs: no such key; did you"),
    "of the base": (
        {f"{PROD}.like": "web", WEB: {"like": "base"}, "templates.base": {"tier": 9}},
        "templates.base.tier: 9 is out of range",
    ),
    "people": ({f"{PROD}.like": "web", WEB: {"owner": "x"}}, f"{WEB}.owner: there is no group of"),
    "a secret": ({f"{PROD}.like": "web", WEB: {"target": {"app": "xoxb-1-2"}}}, "a secret is wri"),
    "a table": ({f"{PROD}.like": "web", WEB: 3}, f"{WEB}: this is not a table"),
    "not a name": ({f"{PROD}.like": ["web"], WEB: {}}, f"{PROD}.like: a list is not text"),
    "inside": (
        {"services.checkout.like": "web", WEB: {"environments": {"prod": {"afer": "x"}}}},
        f"{WEB}.environments.prod.afer: no such key; did you mean after?",
    ),
}


@pytest.mark.parametrize(("changes", "said"), INSIDE.values(), ids=INSIDE)
def test_a_mistake_in_a_template_stops_who_is_like_it(changes: dict[str, Any], said: str) -> None:
    assert any(said in each for each in quarantine(changes)), quarantine(changes)


def test_a_template_that_nobody_is_like_stops_nobody_and_is_told() -> None:
    config = read({WEB: {"tier": 9}})
    assert config.quarantined == {}
    assert [each.path for each in config.mistakes] == ["templates.web.tier"]


def test_what_a_mistaken_template_may_give_is_not_called_missing() -> None:
    changes: Tree = {f"{PROD}.strategy": ABSENT, f"{PROD}.like": "web", WEB: {"strategy": {}}}
    assert [each.partition(":")[0] for each in quarantine(changes)] == [f"{WEB}.strategy.kind"]


@pytest.mark.parametrize("own", [{}, {"environments": {"prod": {}}}], ids=["bare", "own"])
def test_a_service_without_its_template_says_only_that(own: Tree) -> None:
    config = read({"services.cart": {"like": "web", **own}})
    assert [each.path for each in config.quarantine_of(Place("cart", "prod"))] == [
        "services.cart.like"
    ]
    assert list(config.quarantined) == ["cart"]
