"""Everything that is not understood: nothing happens, and the answer says what to do."""

from dataclasses import replace

import pytest

from bot.engine.door.grammar import LONGEST, Ref, parse
from bot.engine.door.spec import Unclear
from tests.engine.spoken import (
    BUSY,
    QUIET,
    ROLLBACK,
    SPECS,
    THREAD,
    WORLD,
    read,
    refuse,
    serving,
    speaking,
    told,
)


def texts(unclear: Unclear) -> list[str]:
    return [offer.text for offer in unclear.offers]


@pytest.mark.parametrize(
    ("text", "code", "offers"),
    [
        ("rolback checkout", "unknown_verb", ["rollback checkout"]),
        ("roll checkout", "unknown_verb", ["rollback checkout"]),
        ("star checkout v1 to prod", "unknown_verb", ["start checkout v1 to prod"]),
        ("sta", "which_verb", ["start", "status"]),
        ("h checkout", "which_verb", ["hold checkout", "history checkout", "help checkout"]),
        ("chekout", "unknown_verb", ["status checkout"]),
        ("please pause checkout", "verb_first", ["pause checkout"]),
        ("could you roll back checkout", "unknown_verb", None),
        ("hlp rollback", "unknown_verb", ["help rollback"]),
        ("chekout pause", "verb_first", ["pause chekout"]),
        ("frobnicate", "unknown_verb", []),
        ("checkout pause", "verb_first", ["pause checkout"]),
        ("R-142 undo because x", "verb_first", ["rollback R-142 because x"]),
        ("pause chekout for 30m", "unknown_service", ["pause checkout for 30m"]),
        ("start chekout v1 to prod", "unknown_service", ["start checkout v1 to prod"]),
        ("pause service=chekout", "unknown_service", ["pause --service checkout"]),
        ("status stagin", "unknown_service", ["status staging"]),
        ("pause nothing-like-it", "unknown_service", []),
        ("start checkout v1 to prdo", "unknown_environment", ["start checkout v1 to prod"]),
        ("pause checkout dev", "unknown_environment", None),
        ("pause checkout frobnicate", "unknown_word", []),
        ("pause checkout in prod --foo", "unknown_word", None),
        ("stop asking me about checkout", "unknown_word", None),
        ("start checkout foo to prod", "unknown_word", ["start checkout --version foo to prod"]),
        ("help rolback", "unknown_word", ["help rollback"]),
        ("start checkout -v1 to prod", "bad_version", []),
        ("start checkout version=-rf to prod", "bad_version", []),
        ("start checkout v1;rm to prod", "bad_version", []),
        ("start checkout 🚀 to prod", "bad_version", []),
        ("start checkout ../v1 to prod", "bad_version", []),
        (f"start checkout v{'1' * 200} to prod", "bad_version", []),
        ("start checkout v1 v2 to prod", "said_twice", []),
        ("pause checkout in prod in staging", "said_twice", []),
        ("pause checkout for 30m for 40m", "said_twice", []),
        (
            "pause checkout for 30",
            "bad_duration",
            ["pause checkout for 30m", "pause checkout for 30h"],
        ),
        ("pause checkout for a while", "bad_duration", []),
        ("pause checkout for 0m", "bad_duration", []),
        ("pause checkout for 9999d", "bad_duration", []),
        ("pause checkout for " + "9" * 500 + "d", "bad_duration", []),
        ("pause for 1h 30 checkout", "bad_duration", []),
        ("pause checkout until soonish", "bad_time", []),
        ("pause until mon 9", "bad_time", []),
        ("pause checkout for", "word_without_value", []),
        ("pause checkout to because x", "word_without_value", []),
        ('pause checkout in ""', "word_without_value", []),
        ("status checkout for 30m", "word_not_here", []),
        ("status checkout because x", "word_not_here", []),
        ("pause checkout early", "word_not_here", []),
        ("pause checkout because", "empty_reason", []),
        ("pause checkout because “”", "empty_reason", []),
        ('pause ""', "unknown_service", None),
        ("pause", "needs_what", ["pause R-142"]),
        ("pause prod", "needs_what", ["pause prod R-142"]),
        ("pause staging", "needs_what", []),
        ("start v1.4.2", "needs_what", None),
        ("pause checkout ledger", "two_whats", ["pause checkout", "pause ledger"]),
        ("pause R-1 R-2", "two_whats", ["pause R-1", "pause R-2"]),
        ("rollback ledger R-142", "other_place", []),
        ("pause R-142 in staging", "other_place", []),
        ("pause all", "everything", ["freeze all", "pause R-142"]),
        ("rollback everything", "everything", ["rollback R-142"]),
        ("start all v1 to prod", "everything", []),
        ("rollback checkout?", "a_question", ["rollback checkout"]),
        ("rollback checkout ?", "a_question", ["rollback checkout"]),
        ("start checkout v1.4.2", "which_environment", None),
        (
            "adopt checkout",
            "which_environment",
            ["adopt checkout to staging", "adopt checkout to prod"],
        ),
        ("release release", "unknown_verb", None),
        ("pause release=foo", "bad_release", []),
        ("pause\x00checkout", "unknown_verb", None),
        ("roll\x00back checkout", "unknown_verb", None),
    ],
)
def test_nothing_happens(text: str, code: str, offers: list[str] | None) -> None:
    got = refuse(text)
    assert got.code == code, got
    if offers is not None:
        assert texts(got) == offers
    assert got.sentence.startswith("Nothing happened: ")
    assert got.sentence.endswith(".")
    assert got.remedy.strip()
    assert all(1 <= len(offer.label) <= 75 for offer in got.offers)


def test_a_start_with_several_environments_offers_each() -> None:
    got = refuse("start checkout v1.4.2 because of INC-7")
    assert [offer.label for offer in got.offers] == ["staging", "prod"]
    assert texts(got)[1] == "start checkout v1.4.2 to prod because of INC-7"
    assert told(texts(got)[1]) == "start checkout prod v1.4.2 because=of INC-7"


def test_two_live_releases_are_asked_about() -> None:
    got = refuse("pause ledger for 30m", BUSY)
    assert got.code == "which_release"
    assert texts(got) == ["pause ledger for 30m R-141", "pause ledger for 30m R-140"]
    assert told(texts(got)[1], BUSY) == "pause ledger R-140 production for=0:30:00"


def test_without_a_live_release_the_environment_is_asked() -> None:
    assert texts(refuse("rollback checkout", QUIET)) == [
        "rollback checkout in staging",
        "rollback checkout in prod",
    ]
    assert texts(refuse("promote ledger", QUIET)) == [
        "promote ledger to staging",
        "promote ledger to production",
    ]


def test_a_version_after_to_whose_name_is_not_known_is_offered_as_one() -> None:
    got = refuse("rollback checkout to build-77")
    assert got.code == "unknown_environment"
    assert texts(got)[-1] == "rollback checkout --version build-77"
    assert read(texts(got)[-1]).version == "build-77"
    assert texts(refuse("start checkout v1 to prdo")) == ["start checkout v1 to prod"]


def test_two_releases_in_one_place_are_asked_about() -> None:
    queued = replace(WORLD, live=(*WORLD.live, Ref("R-150", "checkout", "prod")))
    got = refuse("pause checkout in prod", queued)
    assert (got.code, texts(got)[0]) == ("which_release", "pause checkout in prod R-142")


def test_a_number_that_may_be_a_release_or_a_version_is_asked_about() -> None:
    got = refuse("rollback 140", THREAD)
    assert got.code == "two_ways"
    assert texts(got) == ["rollback --release R-140", "rollback --version 140"]
    assert read(texts(got)[1], THREAD).version == "140"
    assert refuse("rollback checkout 142").code == "two_ways"
    assert told("rollback checkout 140") == "rollback checkout R-142 prod 140"


def test_a_name_that_is_a_service_and_an_environment_is_asked_about() -> None:
    world = replace(serving(WORLD, {"prod": ("dev", "prod"), "app": ("dev", "prod")}), live=())
    got = refuse("status prod", world)
    assert (got.code, texts(got)) == ("two_ways", ["status --service prod", "status --to prod"])
    assert told("status --service prod", world) == "status prod"
    assert read("status --to prod", world).environment == "prod"


def test_two_names_of_one_version_are_asked_about() -> None:
    world = replace(WORLD, versions={"checkout": ("1.4.2", "v1.4.2")})
    assert told("start checkout 1.4.2 to prod", world) == "start checkout prod 1.4.2"
    got = refuse("start checkout V1.4.2 to prod", world)
    assert got.code == "which_version"
    assert texts(got) == ["start checkout 1.4.2 to prod", "start checkout v1.4.2 to prod"]


def test_two_environments_of_one_kind_are_asked_about() -> None:
    world = replace(serving(WORLD, {"app": ("prod", "production")}), live=())
    assert told("adopt app in production", world) == "adopt app production"
    got = refuse("adopt app in prd", world)
    assert got.code == "unknown_environment"
    assert texts(got) == ["adopt app in prod", "adopt app in production"]


def test_services_spelled_alike_are_not_guessed() -> None:
    world = replace(serving(WORLD, {"pay-roll": ("prod",), "payr-oll": ("prod",)}), live=())
    assert refuse("pause payroll", world).code == "unknown_service"
    assert refuse("pause pay roll", world).code == "unknown_service"
    assert told("pause pay-roll", world) == "pause pay-roll prod"


def test_a_verb_that_two_commands_claim_is_asked_about() -> None:
    twice = (*SPECS, replace(ROLLBACK, name="retreat", aliases=("undo",)))
    got = parse("undo checkout", speaking(WORLD, twice))
    assert isinstance(got, Unclear)
    assert (got.code, texts(got)) == ("which_verb", ["rollback checkout", "retreat checkout"])


def test_offers_of_the_rollback_command_still_mean_production() -> None:
    world = replace(BUSY, command="/rollback")
    got = refuse("chekout", world, "rollback")
    assert got.echo == "/rollback chekout"
    assert texts(got) == ["rollback checkout in prod"]
    assert texts(refuse("checkout ledger", world, "rollback")) == [
        "rollback checkout in prod",
        "rollback ledger in production",
    ]
    assert texts(refuse("checkout?", world, "rollback")) == ["rollback checkout in prod"]
    twice = replace(world, versions={"checkout": ("1.4.1", "v1.4.1")})
    assert texts(refuse("checkout V1.4.1", twice, "rollback")) == [
        "rollback checkout 1.4.1 in prod",
        "rollback checkout v1.4.1 in prod",
    ]
    assert texts(refuse("", world, "rollback"))[0] == "rollback R-142"
    assert refuse("", world, "rollback").remedy == "Write /rollback <what>"


def test_pause_all_without_a_freeze_offers_the_live_releases() -> None:
    got = parse("pause all", speaking(WORLD, SPECS))
    assert isinstance(got, Unclear)
    assert texts(got) == ["pause R-142"]


def test_the_input_is_repeated_as_a_person_reads_it() -> None:
    assert refuse("paus &lt;x&gt; <@U1|rui>").echo == "/release paus <x> @rui"
    assert refuse("pa\x00us\u202e").echo == "/release pa\ufffdus"


@pytest.mark.parametrize(
    "text", ["x" * 40_000, "pause checkout because " + "y" * LONGEST, "\x00" * 3000]
)
def test_long_text_is_refused_with_a_sentence(text: str) -> None:
    got = refuse(text)
    assert got.code == "too_long"
    assert f"{len(text):,} characters" in got.sentence
    assert len(got.echo) < 300


def test_the_longest_text_is_still_read() -> None:
    text = "pause checkout because ".ljust(LONGEST, "y")
    assert read(text).word("because") == "y" * (LONGEST - 23)
    assert refuse("pause " + "a " * 900).code == "too_long"


def test_an_empty_world_refuses_in_words() -> None:
    empty = replace(serving(QUIET, {}), versions={})
    assert refuse("start checkout v1", empty).remedy == "No service is configured yet."
    assert told("", empty) == "status"
    assert parse("checkout", empty) == refuse("checkout", empty)
    bare = serving(QUIET, {"app": ()})
    assert told("pause app", bare) == "pause app"
    assert told("app", bare, "rollback") == "rollback app"
