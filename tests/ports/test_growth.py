"""W1: what looks through outside text takes twice the time for twice the text, and no more."""

import re
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from bot.cli.logs import hide
from bot.ports.answers import LONGEST, MASK, one_line, redact
from tests.ports.patterns import Used, every_pattern, hostile

SHORT, TIMES = 400, 4
STEEPEST = TIMES * 2.5
"""Four times the text takes four times as long, or 16 times where it is quadratic."""
NOTHING = 0.002
"""Seconds that a quadratic pattern takes many times over; what takes less is not looked at."""
TRIES = 3
BOUNDED = "bot.config.files._MANY_PARTS"
"""Repeats sixty times at most, from each place: steep in a short text, linear in a long one."""
EVERY = [use for use in every_pattern() if use.where != BOUNDED]


def seconds(run: Callable[[str], object], text: str, tries: int = TRIES) -> float:
    taken = []
    for _ in range(tries):
        begun = time.perf_counter()
        run(text)
        taken.append(time.perf_counter() - begun)
    return min(taken)


def is_steep(run: Callable[[str], object], made: Callable[[int], str]) -> bool:
    """Whether it grows faster than the text, seen three times running."""
    if seconds(run, made(SHORT * TIMES), tries=1) < NOTHING:
        return False
    # Twice, since a repeat with an upper bound is steep until it is reached.
    return all(
        seconds(run, made(size * TIMES), tries=1) > STEEPEST * seconds(run, made(size))
        for size in (SHORT, SHORT * TIMES)
    ) and all(
        seconds(run, made(SHORT * TIMES)) > STEEPEST * seconds(run, made(SHORT))
        for _ in range(TRIES)
    )


def steep(use: Used) -> Iterator[str]:
    scan: Callable[[str], object] = lambda text: use.pattern.sub("", text)  # noqa: E731
    run = scan if use.scans else use.pattern.fullmatch
    for head, pump, end in hostile(use.pattern):
        if is_steep(run, partial(_repeated, head, pump, end)):
            yield f"{head!r} + {pump!r} * n + {end!r}"


def _repeated(head: str, pump: str, end: str, size: int) -> str:
    return head + (pump * size)[:size] + end


def test_the_walk_finds_patterns_and_sees_quadratic_ones() -> None:
    """W1: the old pattern of redact would have been found, and so would its credentials in URLs."""
    assert len(EVERY) > 60
    assert {use.where for use in EVERY} >= {"bot.ports.answers._CREDENTIAL", "bot.cli.logs.TOKENS"}
    for bad in (r"\b[\w-]*(token|secret)[\w-]*\s*[=:]", r"(?<=//)[^\s/@]+:[^\s/@]*(?=@)", r"\s*\("):
        assert next(steep(Used("planted", re.compile(bad), scans=True)), ""), bad


@pytest.mark.parametrize("use", EVERY, ids=lambda use: use.where)
def test_no_pattern_of_the_product_grows_faster_than_the_text(use: Used) -> None:
    """W1: each pattern of bot, commands and integrations, with texts made against it."""
    assert next(steep(use), "") == ""


@pytest.mark.parametrize("pump", ["-x", "a-", "token", "token-", "//:", ":a", "bearer ", "= ", "x"])
@pytest.mark.parametrize("run", [redact, hide, one_line], ids=lambda run: run.__name__)
def test_what_hides_secrets_is_linear(run: Callable[[str], str], pump: str) -> None:
    """W1: redact, the log's own and one_line."""
    assert not is_steep(run, lambda n: "//" + (pump * n)[: n * 4])


@pytest.mark.parametrize("run", [redact, hide])
def test_what_is_shown_is_bounded_and_keeps_both_ends(run: Callable[[str], str]) -> None:
    """W1: a text of megabytes is cut, at words and lines, so that half a secret does not stay."""
    text = "first words " + "xoxb-1" * LONGEST + "\nlast line"
    told = run(text)
    assert told.startswith("first words ")
    assert told.endswith("last line")
    assert len(told) <= LONGEST
    assert "xoxb" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("db://me:pa:ss@host", f"db://{MASK}@host"),
        ("redis://:hidden@host", f"redis://{MASK}@host"),
        ("X-Auth-Token: abc", MASK),
        ("my-secret-token-key = bearer abc", MASK),
        ("tokens are fine", "tokens are fine"),
    ],
)
def test_redact_hides_what_it_hid(text: str, told: str) -> None:
    """W1: linear, and nothing less is hidden."""
    assert redact(text) == told
