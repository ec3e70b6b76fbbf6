"""The door: whatever comes in is answered once, in words, and what is refused is on record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts.bot import Denied
from bot.engine.door.door import DENIALS_A_MINUTE, DOOR_STREAM, Desk, Door, Inbound, Reply
from bot.engine.door.doubt import Doubt
from bot.engine.door.spec import CommandSpec
from bot.ports.store import BeingRecorded, Withdrawn
from bot.render.answers import answer
from commands import COMMANDS
from tests.domain.builders import MEI
from tests.engine.rig import Failing, Rig

MINUTE = timedelta(minutes=1)


def door(rig: Rig, specs: Sequence[CommandSpec] = COMMANDS) -> Door:
    return Door(
        Desk(engine=rig.engine, ports=rig.ports, book=rig.book, readers=rig.readers, specs=specs)
    )


def typed(text: str, key: str = "I1", by: str = MEI, verb: str | None = None) -> Inbound:
    return Inbound(key=key, text=text, by=by, via="slash", verb=verb)


async def denials(rig: Rig) -> list[Denied]:
    facts = await rig.engine.history.facts(DOOR_STREAM)
    return [fact for fact in facts if isinstance(fact, Denied)]


async def ready(*pinned: object) -> Rig:
    rig = Rig(*pinned)  # type: ignore[arg-type]
    await rig.baking()
    return rig


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("frobnicate checkout", "UNKNOWN_VERB"),
        ("pause chekout", "UNKNOWN_SERVICE"),
        ("start checkout v1.4.3 to mars", "UNKNOWN_ENVIRONMENT"),
        ("start checkout -v", "BAD_VERSION"),
        ("pause checkout for 30", "BAD_DURATION"),
        ("pause checkout loudly", "UNKNOWN_WORD"),
        ("x" * 3000, "TOO_LONG"),
    ],
)
async def test_what_is_not_understood_is_refused_with_a_remedy_and_changes_nothing(
    text: str, code: str
) -> None:
    rig = await ready()
    before = await rig.store.load("R-1")
    reply = await door(rig).hear(typed(text))
    assert (reply.code, reply.public) == (code, False)
    assert reply.answer is not None
    assert reply.answer.remedy
    assert await rig.store.load("R-1") == before
    assert [fact.code for fact in await denials(rig)] == [code]


async def test_halves_of_characters_and_nulls_break_nothing() -> None:
    rig = await ready()
    for number, text in enumerate(["pause checkout because \ud800", "\udfff", "pause \0"]):
        reply = await door(rig).hear(typed(text, key=f"I{number}"))
        assert reply.message.text


async def test_the_same_input_again_gets_the_same_answer_and_does_nothing() -> None:
    rig = await ready()
    first = await door(rig).hear(typed("pause checkout"))
    again = await door(rig).hear(typed("pause checkout"))
    assert (again.message, again.public) == (first.message, True)
    assert (await rig.kinds("R-1")).count("Paused") == 1


async def test_a_refusal_is_noted_once_however_often_it_comes() -> None:
    rig = await ready()
    first = await door(rig).hear(typed("promote checkout early"))
    again = await door(rig).hear(typed("promote checkout early"))
    assert (first.code, again.code) == ("NO_REASON", "NO_REASON")
    assert again.message.text == first.message.text
    assert len(await denials(rig)) == 1


async def test_denials_are_noted_with_who_and_what() -> None:
    rig = await ready()
    await door(rig).hear(typed("promote checkout", by="U0ANA"))
    [fact] = await denials(rig)
    assert (fact.by, fact.asked, fact.code) == ("U0ANA", "promote checkout", "STILL_BAKING")


async def test_many_denials_are_a_number_and_no_flood() -> None:
    rig = await ready()
    entry = door(rig)
    for number in range(20):
        await entry.hear(typed("nonsense", key=f"I{number}"))
    assert len(await denials(rig)) == DENIALS_A_MINUTE
    await entry.hear(typed("nonsense", key="other", by="U0ANA"))
    assert len(await denials(rig)) == DENIALS_A_MINUTE + 1
    rig.clock.advance(MINUTE)
    await entry.hear(typed("nonsense", key="later"))
    assert (await denials(rig))[-1].times == 1 + 20 - DENIALS_A_MINUTE


async def test_what_goes_well_and_what_only_asks_is_no_denial() -> None:
    rig = await ready()
    for number, text in enumerate(["status checkout", "pause checkout", "whoami", "help"]):
        assert (await door(rig).hear(typed(text, key=f"I{number}"))).code == ""
    assert await denials(rig) == []


async def test_a_refusal_is_said_though_it_cannot_be_noted() -> None:
    failing = Failing(Rig().store)
    rig = Rig(store=failing)  # type: ignore[arg-type]
    await rig.baking()
    failing.failures["commit"] = 1
    assert (await door(rig).hear(typed("nonsense"))).code == "UNKNOWN_VERB"


async def test_a_record_that_cannot_be_written_is_told_in_words() -> None:
    failing = Failing(Rig().store)
    rig = Rig(store=failing)  # type: ignore[arg-type]
    await rig.baking()
    failing.failures["commit"] = 1
    reply = await door(rig).hear(typed("rollback checkout"))
    assert reply.code == "NOT_RECORDED"
    assert "the disk is full" in reply.message.text


@pytest.mark.parametrize("result", [Withdrawn(), BeingRecorded()], ids=str)
async def test_a_slow_record_is_no_denial(result: Withdrawn | BeingRecorded) -> None:
    failing = Failing(Rig().store)
    rig = Rig(store=failing)  # type: ignore[arg-type]
    await rig.baking()
    failing.answers = [result]
    reply = await door(rig).hear(typed("pause checkout"))
    assert reply.code in ("WITHDRAWN", "BEING_RECORDED")
    assert await denials(rig) == []


async def test_the_emergency_command_is_echoed_as_it_was_typed() -> None:
    rig = await ready()
    reply = await door(rig).hear(typed("", verb="rollback"))
    assert reply.code == "NEEDS_WHAT"
    assert "/rollback" in reply.message.text
    assert "/release" not in reply.message.text


async def test_a_button_means_the_release_it_was_drawn_for() -> None:
    rig = await ready()
    pressed = Inbound(
        key="B1",
        text="pause",
        by=MEI,
        via="button",
        release="R-1",
        seen="0",
        channel="C",
        thread="",
    )
    assert (await door(rig).hear(pressed)).release == "R-1"


def test_an_answer_can_be_shown_without_having_been_one() -> None:
    assert Reply(message=answer("Hello.")).answer is None


@pytest.mark.parametrize(("doubt", "code"), [("edited", "EDITED"), ("among_words", "AMONG_WORDS")])
@pytest.mark.parametrize(
    "text", ["pause checkout because x", "status", "pause chekout", "", "y" * 3000]
)
async def test_a_doubted_line_is_never_done(text: str, doubt: Doubt, code: str) -> None:
    """C1, C2: whatever it says, nothing moves, nothing is shown, and nothing counts as denied."""
    rig = await ready()
    before = await rig.store.load("R-1")
    reply = await door(rig).hear(replace(typed(text), doubt=doubt))
    assert (reply.code, reply.public, reply.form) == (code, False, None)
    assert await rig.store.load("R-1") == before
    assert await denials(rig) == []


async def test_what_was_said_among_words_is_a_button_that_says_it() -> None:
    """C2: one press does what the person may have meant."""
    rig = await ready()
    said = await door(rig).hear(replace(typed("pause checkout because x"), doubt="among_words"))
    assert "pause checkout because x" in str(said.message.blocks)
    assert "Nothing happened" in said.message.text


async def test_an_edit_of_what_was_done_is_neither_done_nor_offered() -> None:
    """C1: a button would do it a second time."""
    rig = await ready()
    await door(rig).hear(typed("pause checkout because x"))
    before = await rig.store.load("R-1")
    edit = replace(typed("pause checkout because x, thanks", key="I1/edited/2"), doubt="edited")
    said = await door(rig).hear(edit)
    assert await rig.store.load("R-1") == before
    assert "pause" not in str(said.message.blocks)
