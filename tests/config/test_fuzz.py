"""Whatever is done to a valid file, a Config or a ConfigError comes of it, in plain words."""

import copy
import string
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config, ConfigError, parse
from bot.config.house_models import Slack
from bot.config.models import Environment, Top
from tests.config.sample import KNOWN, TREE, Tree, toml

STEPS = [{"mirror": "1%", "bake": "1m"}, {"weight": "100%", "bake": "1m"}]
RICH: Tree = copy.deepcopy(TREE)
RICH["services"]["checkout"]["environments"]["prod"] |= {
    "strategy": {"kind": "canary", "steps": STEPS},
    "rollback": {"upon": ["fail"], "on_no_data": "hold", "within": "2m", "page": "shop"},
    "target": {"app": "x"},
    "tier": 1,
    "mode": "act",
}
RICH["services"]["checkout"]["like"] = "web"
RICH["tiers"] = {"1": {"rollback": {"ask_after": "5m"}}}
RICH["templates"] = {
    "base": {"mode": "act", "environments": {"prod": {"after": "staging", "like": "slow"}}},
    "slow": {"rollback": {"within": "9m"}},
    "web": {"like": "base", "channel": "#web", "environments": {"prod": {"tier": 1}}},
}
RICH["web"] = {"enabled": True, "host": "127.0.0.1", "port": 0}
TEXT = toml(RICH)

NOT_OURS = ("Input should", "validation error", "pydantic", "Traceback", "type=", "Value error")

KEYS = sorted({*Top.model_fields, *Slack.model_fields, *Environment.model_fields, "a b", "", "x"})
WORDS = ["10%", "20m", "1.5x", "p99", "env:A", "file:b", "prod", "nobody", "canary", "#x", "-1s"]
LEAVES = st.one_of(
    st.text(string.printable + "é\u2028\x00", max_size=12),
    st.sampled_from(WORDS),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.booleans(),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=5,
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value of a tree stands."""
    if not isinstance(value, dict | list):
        return [here]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [here, *(path for key, each in inner for path in paths(each, (*here, key)))]


EVERY = [path for path in paths(RICH) if path]


def outcome(text: str) -> Config | ConfigError:
    try:
        return parse(text, KNOWN)
    except ConfigError as error:
        return error


def said(found: Config | ConfigError) -> list[str]:
    if isinstance(found, ConfigError):
        assert found.problems
        return [str(found)]
    assert all(found.quarantined.values())
    why = [*found.quarantined.values(), *found.broken.values()]
    return [str(problem) for problems in why for problem in problems]


def must_be_plain(found: Config | ConfigError) -> None:
    for each in said(found):
        assert not any(word in each for word in NOT_OURS), each


@given(st.sampled_from(EVERY), VALUES)
def test_any_value_anywhere(path: tuple[Any, ...], value: Any) -> None:
    tree = copy.deepcopy(RICH)
    table: Any = tree
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    must_be_plain(outcome(toml(tree)))


@given(st.sampled_from([path for path in EVERY if isinstance(path[-1], str)]), st.data())
def test_any_key_anywhere(path: tuple[Any, ...], data: st.DataObject) -> None:
    tree = copy.deepcopy(RICH)
    table: Any = tree
    for key in path[:-1]:
        table = table[key]
    table[data.draw(st.sampled_from(KEYS))] = table.pop(path[-1])
    must_be_plain(outcome(toml(tree)))


@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.text(max_size=6))
def test_any_cut_and_paste(start: int, length: int, pasted: str) -> None:
    must_be_plain(outcome(TEXT[:start] + pasted + TEXT[start + length :]))


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    assert isinstance(outcome(text), ConfigError)


def test_the_file_that_is_changed_is_valid() -> None:
    found = outcome(TEXT)
    assert isinstance(found, Config)
    assert found.quarantined == {}
