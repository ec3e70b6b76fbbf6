"""What a config may say, what a value may be, and what a program may print."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.ports.outcomes import Nonsense
from integrations.command.reading import read_found, read_observed, read_versions
from integrations.command.settings import CommandSettings, CommandTarget
from integrations.command.words import POSITION, WordError, check_values, check_words, fill, is_safe
from tests.integrations.command.world import WHOLE

VALUES = {name: f"{name}-1" for name in POSITION}


def test_placeholders_are_whole_words() -> None:
    words = ("./apply", "--to", "$revision", "$stable", "at", "$weight", "$mirror")
    check_words(words, POSITION)
    assert fill(words, VALUES) == (
        "./apply", "--to", "revision-1", "stable-1", "at", "weight-1", "mirror-1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ((), "there is no program"),
        (("",), "there is no program"),
        (("$service",), "name it as it is"),
        (("./$service",), "name it as it is"),
        (("./a", "--to=$revision"), r'make it a word of its own, as in "--revision", "\$revision"'),
        (("./a", "$revision.tar"), "make it a word of its own"),
        (("./a", "${revision}"), "is no placeholder; use one of"),
        (("./a", "$version"), "is no placeholder; use one of"),
        (("./a", "$"), "is no placeholder"),
        (("./a", "$$"), "is no placeholder"),
        (("./a", "costs 5 $"), "is no placeholder"),
        (("./a", "a\0b"), "NUL"),
    ],
)
def test_a_word_that_could_surprise_is_refused(words: tuple[str, ...], because: str) -> None:
    with pytest.raises(WordError, match=because):
        check_words(words, POSITION)


@pytest.mark.parametrize(
    "value",
    ["v1.4.2", "1.0.0-rc.1+build.5", "repo/app@sha256:0a1b", "feature/a_b", "3f2c9d1", "checkout"],
)
def test_what_versions_look_like_is_passed(value: str) -> None:
    check_values({"revision": value})


NASTY = [
    "", "-rf", "--help", " v1", "v1 v2", "v1;reboot", "$(reboot)", "`reboot`", "v1|sh", "v1&",
    "v1\n", "v1\0", "../../etc/passwd", "a/../b", "v1>x", "*", "~", "'v1'", '"v1"', "v\u0661",
    "v1\u202e", "x" * 201, "%s", "!v", "#v", "{a,b}", "a\\b", "=v1", ".hidden", "/etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("value", NASTY)
def test_what_could_be_taken_for_something_else_is_not_passed(value: str) -> None:
    with pytest.raises(WordError, match="is not passed to a program"):
        check_values({"revision": value})


def test_only_stable_may_be_empty() -> None:
    check_values({"stable": ""})


@given(st.text())
def test_what_is_passed_is_one_plain_word(value: str) -> None:
    if is_safe(value):
        assert value.isascii()
        assert not set(value) & set(" \t\n$`;|&<>*?~'\"\\(){}[]!#%=\0")
        assert value[0] not in "-./"


def settings(**changes: Any) -> CommandSettings:
    return CommandSettings.model_validate(WHOLE | changes)


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"apply": "./apply.sh $service"}, "no shell is used"),
        ({"apply": []}, "there is no program"),
        ({"apply": ["./a", "--weight=$weight"]}, "make it a word of its own"),
        ({"observe": ["./o", "$revision"]}, r"use one of \$service, \$environment"),
        ({"find": ["./f", "$key"]}, "is no placeholder"),
        ({"versions": ["./v", "$weight"]}, "is no placeholder"),
        ({"apply": ["./a", 5]}, "should be a valid string"),
        ({"deadline": "60"}, "not a duration"),
        ({"deadline": 60}, "not a duration"),
        ({"deadline": "0s"}, "is outside"),
        ({"deadline": "2h"}, "is outside"),
        ({"shell": True}, "Extra inputs"),
        ({"pass_environment": ["SLIPWAY_KEY"]}, "cannot be passed on"),
        ({"pass_environment": ["A=B"]}, "cannot be passed on"),
    ],
)
def test_a_setting_that_cannot_work_is_refused(changes: dict[str, Any], because: str) -> None:
    with pytest.raises(ValidationError, match=because):
        settings(**changes)


def test_settings_are_read_with_their_units() -> None:
    assert settings(deadline="2m").deadline == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("cwd", "expected"),
    [({}, "/etc/slipway"), ({"cwd": "shop"}, "/etc/slipway/shop"), ({"cwd": "/srv"}, "/srv")],
)
def test_programs_begin_at_the_configs_folder(cwd: dict[str, str], expected: str) -> None:
    told = CommandSettings.model_validate({**WHOLE, **cwd}, context={"folder": "/etc/slipway"})
    assert told.cwd == Path(expected)


def test_without_a_config_file_programs_begin_where_the_bot_runs() -> None:
    assert settings().cwd == Path.cwd()


def test_a_target_has_nothing_to_say() -> None:
    CommandTarget()
    with pytest.raises(ValidationError):
        CommandTarget.model_validate({"deployment": "checkout"})


def test_an_observation_is_read() -> None:
    seen = read_observed(
        b'{"revisions": {"v1": 90, "v2": 10.5}, "settled": false, "mirrors": {"v2": 5},'
        b' "note": "2 of\\n3"}\n',
        "./o",
    )
    assert (seen.revisions, seen.mirrors) == ({"v1": 90.0, "v2": 10.5}, {"v2": 5.0})
    assert (seen.settled, seen.note) == (False, "2 of 3")


def test_nothing_may_run() -> None:
    assert read_observed(b'{"revisions": {}, "settled": true}', "./o").revisions == {}


@pytest.mark.parametrize(
    "printed",
    [
        b"", b"ok", b"<html>", b"[]", b"{}", b"null", b"NaN",
        b'{"revisions": {"v1": 100}}',
        b'{"settled": true}',
        b'{"revisions": {"v1": 100}, "settled": "yes"}',
        b'{"revisions": {"v1": 100}, "settled": 1}',
        b'{"revisions": {"v1": 100}, "settled": true, "extra": 1}',
        b'{"revisions": {"v1": "100"}, "settled": true}',
        b'{"revisions": {"v1": true}, "settled": true}',
        b'{"revisions": {"v1": null}, "settled": true}',
        b'{"revisions": {"v1": NaN}, "settled": true}',
        b'{"revisions": {"v1": 1e999}, "settled": true}',
        b'{"revisions": {"v1": -1}, "settled": true}',
        b'{"revisions": {"v1": 101}, "settled": true}',
        b'{"revisions": {"v1": 60, "v2": 60}, "settled": true}',
        b'{"revisions": {"": 100}, "settled": true}',
        b'{"revisions": {"a\\u0000": 100}, "settled": true}',
        b'{"revisions": ["v1"], "settled": true}',
        b'{"revisions": {"v1": 100}, "settled": true, "mirrors": [1]}',
        b'{"revisions": {"v1": 100}, "settled": true} trailing',
    ],
)  # fmt: skip
def test_an_observation_that_is_none_is_nonsense(printed: bytes) -> None:
    with pytest.raises(Nonsense, match=r"^\./o (printed|answered) something unusable"):
        read_observed(printed, "./o")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_readers(printed: bytes) -> None:
    for read in (read_observed, read_found, read_versions):
        with pytest.raises(Nonsense):
            read(printed, "./o")


@pytest.mark.parametrize(
    ("printed", "found"),
    [(b'{"found": true}', True), (b'{"found": false}', False), (b'{"found": null}', None)],
)
def test_a_search_is_read(printed: bytes, found: bool | None) -> None:
    assert read_found(printed, "./f") is found


@pytest.mark.parametrize("printed", [b'{"found": "yes"}', b'{"found": 0}', b'{"fund": true}'])
def test_a_search_that_says_nothing_is_nonsense(printed: bytes) -> None:
    with pytest.raises(Nonsense):
        read_found(printed, "./f")


def test_versions_are_read() -> None:
    assert read_versions(b'{"versions": ["v1", "v2"]}', "./v") == ("v1", "v2")


@pytest.mark.parametrize("printed", [b'["v1"]', b'{"versions": "v1"}', b'{"versions": [1]}'])
def test_versions_that_are_none_are_nonsense(printed: bytes) -> None:
    with pytest.raises(Nonsense):
        read_versions(printed, "./v")
