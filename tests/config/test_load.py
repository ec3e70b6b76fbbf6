"""A file as a whole: what comes out, and what makes it unusable."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import Delivery, load, parse
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Mode, Right
from bot.domain.terms.strategy import StrategyKind
from bot.domain.terms.units import EVERYBODY
from tests.config.sample import ABSENT, KNOWN, PROD, TREE, raised, read, refusals, rules, toml


def test_a_valid_file_quarantines_nothing() -> None:
    config = read()
    assert config.quarantined == {}
    assert sorted(config.services) == [
        ("checkout", "prod"),
        ("checkout", "staging"),
        ("handbook", "prod"),
    ]


def test_what_is_left_out_has_its_default() -> None:
    config = read()
    assert (config.slack.mode, config.slack.command) == (Delivery.SOCKET, "/release")
    assert config.slack.api_url == "https://slack.com/api/"
    assert (config.web.host, config.web.port, config.web.enabled) == ("127.0.0.1", 8080, True)
    assert (config.time_scale, str(config.timezone)) == (1.0, "Europe/Lisbon")


def test_an_environment_takes_what_defaults_give() -> None:
    found = rules({})
    assert (found.deployer, found.checks[0].name, found.mode) == ("shop", "errors", Mode.ACT)
    assert (found.strategy.kind, found.strategy.steps[0].weight) == (
        StrategyKind.ROLLING,
        EVERYBODY,
    )
    assert found.after == "staging"


def test_rights_are_laid_over_defaults_one_by_one() -> None:
    found = rules({f"{PROD}.may": {"start": ["leads", "devs"], "promote": "leads"}})
    assert found.may == {
        Right.START: ("leads", "devs"),
        Right.ROLLBACK: ("anyone",),
        Right.PROMOTE: ("leads",),
    }


def test_rollback_is_laid_over_defaults_key_by_key() -> None:
    changes = {"defaults.rollback": {"within": "5m"}, f"{PROD}.rollback": {"ask_after": "1m"}}
    found = rules(changes).rollback
    assert (found.within, found.ask_after) == (timedelta(minutes=5), timedelta(minutes=1))


def test_demo_time_divides_every_duration() -> None:
    changes: dict[str, Any] = {
        "time_scale": 60,
        f"{PROD}.strategy": {"kind": "rolling", "bake": "20m"},
        "checks.errors.window": "2m",
        "checks.errors.every": "3m",
    }
    found = rules(changes)
    assert found.strategy.steps[0].bake == timedelta(seconds=20)
    assert found.rollback.shift_within == timedelta(seconds=10)
    assert found.checks[0].window == timedelta(seconds=2)
    assert found.checks[0].limits.every == timedelta(seconds=3)


def test_the_database_lies_beside_the_file(tmp_path: Path) -> None:
    assert read(folder=tmp_path).database == tmp_path / "slipway.db"
    assert read({"database": "/var/lib/s.db"}, tmp_path).database == Path("/var/lib/s.db")


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + toml(TREE).replace("\n", "\r\n").encode())
    assert load(path, KNOWN).services[Place("handbook", "prod")].deployer == "shop"


OUTSIDE = {
    "no version": ({"version": ABSENT}, "version: this key is missing; add it"),
    "another version": ({"version": 2}, "version: this is not a version"),
    "a typo": ({"timezon": "UTC"}, "timezon: no such key; did you mean timezone?"),
    "a later key": ({"trains": {"mobile": {}}}, "trains: this is not built yet; take it out"),
    "no zone": ({"timezone": "Europe/Lisbom"}, "did you mean Europe/Lisbon?"),
    "a folder of zones": ({"timezone": "Europe"}, 'there is no time zone "Europe"'),
    "zone upwards": ({"timezone": "../../etc/passwd"}, "timezone: there is no time zone"),
    "no slack": ({"slack": ABSENT}, "slack: this key is missing; add it"),
    "slack as text": ({"slack": "x"}, 'slack: "x" is not a table'),
    "no channel": ({"slack.announce": "releases"}, "is not a channel; write one like"),
    "a channel as number": ({"slack.announce": 7}, "slack.announce: 7 is not text; write it in"),
    "no app token": ({"slack.app_token": ABSENT}, 'app_token = "env:SLACK_APP_TOKEN"'),
    "http unsigned": ({"slack.mode": "http"}, 'signing_secret = "env:SLACK_SIGNING_SECRET"'),
    "a mode": ({"slack.mode": "sockt"}, 'write one of "http", "socket"'),
    "one command twice": ({"slack.rollback_command": "/release"}, "both commands have the same"),
    "a command": ({"slack.command": "release"}, 'not a slash command; write one like "/release"'),
    "an address": ({"slack.api_url": "slack.com"}, '"slack.com" is not an HTTP address'),
    "user in url": ({"slack.api_url": "http://a:b@c/"}, "holds more than scheme, host and path"),
    "a port": ({"web.port": 70000}, "web.port: 70000 is out of range; write one from 0 to 65535"),
    "true as port": ({"web.port": True}, "web.port: true is not a whole number"),
    "yes": ({"web.enabled": "yes"}, 'web.enabled: "yes" is neither true nor false'),
    "scale": ({"time_scale": 0}, "time_scale: 0 is out of range; write one from 1"),
    "scale nan": ({"time_scale": float("nan")}, "time_scale: nan is out of range"),
    "memory": ({"database": ":memory:"}, "database: "),
    "anyone": ({"people.anyone.users": ["U0ANA"]}, "anyone has a meaning of its own"),
    "nobody in it": ({"people.devs": {}}, 'add users = ["U0ANA"] or group = "S0LEADS"'),
    "no id": ({"people.devs.users": ["@mei"]}, '"@mei" is not the id of a Slack user'),
    "name of people": ({"people": {"a b": {"group": "S0X"}}}, '"a b" is no name'),
    "a check's source": ({"checks.errors.source": "promm"}, "did you mean prom?"),
    "default check": ({"defaults.checks": ["eror"]}, 'no check named "eror"; did you mean errors?'),
    "default people": (
        {"defaults.may.start": "dev"},
        'no group of people named "dev"; did you mean devs?',
    ),
    "default typo": ({"defaults.chekcs": []}, "defaults.chekcs: no such key; did you mean checks?"),
    "services as list": ({"services": []}, "services: a list is not a table"),
    "secret": ({"timezone": "xoxb-1-2-3"}, "timezone: a secret is written in the file"),
}


@pytest.mark.parametrize(("changes", "said"), OUTSIDE.values(), ids=OUTSIDE)
def test_a_mistake_outside_the_services_refuses_the_file(
    changes: dict[str, Any], said: str
) -> None:
    assert any(said in each for each in refusals(changes)), refusals(changes)


def test_every_mistake_is_listed_at_once() -> None:
    changes = {
        "timezone": "Mars",
        "slack.announce": "x",
        "people.devs.users": 3,
        "checks.errors.limit": 1,
        "defaults.tier": 9,
        f"{PROD}.after": "stagin",
    }
    paths = {each.partition(":")[0] for each in refusals(changes)}
    assert paths == {"slack.announce", "people.devs.users", "defaults.tier", "timezone"} | {
        "checks.errors.limit",
        f"{PROD}.after",
    }


def test_a_check_with_a_mistake_is_not_also_called_missing() -> None:
    assert refusals({"checks.errors.limit": 1}) == [
        'checks.errors.limit: 1 is a number without a unit; write "1%", "1ms" or "1x"'
    ]


def test_lines_are_named_in_order() -> None:
    text = 'version = 1\ntimezone = "Mars"\n[slack]\nannounce = "x"\nbot_token = "env:A"\n'
    problems = raised(lambda: parse(text, KNOWN))
    assert [(each.path, each.line) for each in problems] == [
        ("timezone", 2),
        ("slack.announce", 4),
    ]


def test_the_error_reads_as_a_list() -> None:
    text = toml(TREE).replace("Lisbon", "Lisbom")
    with pytest.raises(Exception, match="cannot be used: 1 mistake") as caught:
        parse(text, KNOWN, source="slipway.toml")
    assert str(caught.value) == (
        "slipway.toml cannot be used: 1 mistake.\n"
        '  line 2: timezone: there is no time zone "Europe/Lisbom"; did you mean Europe/Lisbon?'
    )
