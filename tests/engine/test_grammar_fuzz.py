"""Any text at all: never an exception, never an act by nearness, never a dead button."""

import random
import time
from collections import Counter
from itertools import permutations
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.door.grammar import Parsed, Surroundings, Unclear, parse
from tests.engine.spoken import BUSY, MORE, QUIET, THREAD, WORLD, read

ACTS: Final = tuple(spec for spec in MORE if spec.is_act)
ACT_WORDS: Final = frozenset(word for spec in ACTS for word in (spec.name, *spec.aliases))
WORLDS: Final = (WORLD, BUSY, QUIET, THREAD)
ROUNDS: Final = 20_000

VERBS = sorted({word for spec in MORE for word in (spec.name, *spec.aliases)})
NAMES = ["checkout", "check out", "ledger", "handbook", "payments api", "R-142", "r141", "140", "7"]
PLACES = ["prod", "production", "to prod", "in staging", "--to dev", "—to prod", "env=eu", "to"]
VERSIONS = [
    "v1.4.2",
    "V1.4.2",
    "1.4.1",
    "latest",
    "nightly",
    "version=x",
    "-v1",
    "v1;rm",
    "to v1.4.1",
]
WORDS = ["for 30m", "for 30", "for 1 h 30", "until fri 10:00", "until mon 9", "at noon", "since 2h"]
MORE_WORDS = ["early", "hotfix INC-1", "hotfix", "for", "all", "no go", "go", "?", "!", ".", "..."]
REASONS = ["because", "because odd", "because=“a b” in prod", "reason 'x'", "--because it's"]
SLACK = [
    "<@U1|rui>",
    "<#C1|ops>",
    "<!here>",
    "<https://a|checkout>",
    "&lt;b&gt;",
    "<",
    "|",
    "&amp;",
]
ODD = [
    "\x00",
    "\u202e",
    "\u200b",
    "\ufeff",
    "🚀",
    "שלום",
    "مرحبا",
    "\ud800",
    "“",
    "”",
    '"',
    "'",
    "`",
]
ODDER = ["—", "--", "=", "a=b", "İ", "ß", "٣", "９", "\u00a0", "\n", "\t", "*", "x" * 70, "1" * 400]
FRAGMENTS: Final = (
    *(NAMES + PLACES + VERSIONS) * 3,
    *WORDS,
    *MORE_WORDS,
    *REASONS,
    *SLACK,
    *ODD,
    *ODDER,
)


def letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalpha())


def begins_with_an_act(text: str) -> bool:
    """Judged without the parser: the letters of the text begin with those of a whole act word."""
    return letters(text).startswith(tuple(letters(word) for word in ACT_WORDS))


def acts(got: Parsed | Unclear) -> bool:
    return isinstance(got, Parsed) and any(spec.name == got.verb for spec in ACTS)


def request(got: Parsed | Unclear) -> tuple[object, ...]:
    assert isinstance(got, Parsed), got
    slots = (got.service, got.release, got.environment, got.version, got.choice, got.topic)
    return got.verb, *slots, dict(got.words), got.said


def follow(got: Parsed | Unclear, world: Surroundings) -> int:
    """Press the first button until none is left; how often that was."""
    presses = 0
    while isinstance(got, Unclear) and got.offers:
        got = parse(got.offers[0].text, world)
        presses += 1
        assert presses < 6, got
    return presses


def check(text: str, world: Surroundings) -> Parsed | Unclear:
    got = parse(text, world)
    if acts(got):
        assert begins_with_an_act(text), (text, got)
    if isinstance(got, Parsed):
        assert request(parse(got.line, world)) == request(got), text
        got.line.encode()
        got.raw.encode()
    else:
        (got.sentence + got.remedy + got.echo).encode()
    return got


def typo(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    kind = chance.randrange(4)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyzé-_.")
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + letter + word[place:]
    if kind == 2:
        return word[:place] + letter + word[place + 1 :]
    return word[: place + 1] + word[place:]


def line(chance: random.Random) -> str:
    verb = chance.choice(VERBS)
    if chance.random() < 0.4:
        verb = typo(verb, chance)
    rest = chance.choices(FRAGMENTS, k=chance.randrange(7))
    return " ".join([verb, *rest])


def test_twenty_thousand_lines_are_read_or_answered() -> None:
    chance = random.Random(20_261_120)
    seen: Counter[str] = Counter()
    lines = [line(chance) for _ in range(ROUNDS)]
    began = time.perf_counter()
    for text in lines:
        got = check(text, chance.choice(WORLDS))
        seen[got.code if isinstance(got, Unclear) else got.verb] += 1
    seconds = time.perf_counter() - began
    print(f"{ROUNDS / seconds:,.0f} lines/s, each read twice; {dict(seen.most_common())}")
    assert set(seen) >= {spec.name for spec in MORE}, "the fuzz no longer reaches every verb"
    assert len(seen) > len(MORE) + 18, "the fuzz no longer reaches most answers"


def test_every_button_leads_on() -> None:
    chance = random.Random(7)
    pressed = 0
    for _ in range(3_000):
        text, world = line(chance), chance.choice(WORLDS)
        pressed += follow(parse(text, world), world)
    assert pressed > 500


def test_a_typo_of_an_act_never_acts() -> None:
    chance = random.Random(1)
    tried = 0
    for word in sorted(ACT_WORDS) * 25:
        wrong = typo(word, chance)
        if letters(wrong) in ACT_WORDS:
            continue
        tried += 1
        for rest in ("checkout", "R-142", "checkout v1.4.2 to prod", ""):
            assert not acts(parse(f"{wrong} {rest}", WORLD)), wrong
            assert not acts(parse(f"{wrong} {rest}", THREAD)), wrong
    assert tried > 330


@pytest.mark.parametrize("word", sorted(ACT_WORDS))
def test_the_beginning_of_an_act_never_acts(word: str) -> None:
    for end in range(1, len(word)):
        if word[:end] not in ACT_WORDS:
            assert not acts(parse(f"{word[:end]} checkout", WORLD))


@given(text=st.text(max_size=300), world=st.sampled_from(WORLDS))
@settings(max_examples=300, deadline=None)
def test_any_text_has_an_answer(text: str, world: Surroundings) -> None:
    check(text, world)
    got = parse(text, world, verb="rollback")
    assert isinstance(got, Unclear) or got.verb == "rollback"


@given(pieces=st.lists(st.sampled_from(FRAGMENTS), max_size=8), glue=st.sampled_from(["", " "]))
@settings(max_examples=300, deadline=None)
def test_fragments_without_a_verb_never_act(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    assert begins_with_an_act(text) or not acts(check(text, THREAD))


PIECES: Final = (
    ("checkout", "“checkout”", "CHECKOUT", "check out", "service=checkout", "check\u200bout"),
    ("v1.4.2", "V1.4.2", "1.4.2", "‘v1.4.2’", "--version v1.4.2", "version=“1.4.2”"),
    ("to prod", "in production", "--to prod", "—to prod", "env=prod", "–env=“prod”", "prod"),
    ("until fri 10:00", "—until fri 10:00", "until “fri 10:00”", "--until='fri 10:00'"),
    ("hotfix INC-7", "--hotfix INC-7", "—hotfix=INC-7", "hotfix “INC-7”"),
)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_order_quotes_and_dashes_do_not_matter(data: st.DataObject) -> None:
    plain = read("start checkout v1.4.2 to prod until fri 10:00 hotfix INC-7 because it's odd")
    spelled = [data.draw(st.sampled_from(ways)) for ways in PIECES]
    order = data.draw(st.permutations(spelled))
    space = data.draw(st.sampled_from([" ", "  ", "\u00a0", " \n", "\u3000"]))
    verb = data.draw(st.sampled_from(["start", "START", "deploy", "st\u200bart", "`ship`"]))
    text = space.join([verb, *order, "because it's odd"])
    assert request(parse(text, WORLD)) == request(plain)


def test_every_order_of_the_words_is_the_same_request() -> None:
    words = ("checkout", "for 1h 30m", "until fri 10:00", "in prod")
    requests = [request(read(f"pause {' '.join(order)}")) for order in permutations(words)]
    assert all(each == requests[0] for each in requests)


@given(reason=st.text(st.characters(exclude_characters="&<>", exclude_categories=["Cs", "Cc"])))
@settings(max_examples=200, deadline=None)
def test_a_reason_never_changes_the_request(reason: str) -> None:
    got = parse(f"pause checkout because x{reason}", WORLD)
    assert isinstance(got, Parsed)
    assert (got.release, got.span) == ("R-142", None)
    assert (got.word("because") or "").startswith("x")
