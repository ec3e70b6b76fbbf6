"""What is said of overrides, broken glass and looks back: messages, rows and lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.state.override import Override, Review
from bot.domain.terms.units import spell
from bot.ports.chat import Block, Message
from bot.render.kit.blocks import (
    PRIMARY,
    Button,
    actions,
    button_value,
    cut_plain,
    date_token,
    escape,
    message,
    one_line,
    section,
)
from bot.render.kit.view import HomeRow
from bot.render.kit.voice import NAME, because, full_stop, name_of, place_of
from bot.render.override.sentences import gates

REASON = 300
SUMMARY = 250
LINES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Where and when it is said, and what people are called."""

    service: str
    environment: str
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    command: str = "/release"

    def name(self, person: str) -> str:
        return escape(name_of(person, self.names))

    def short(self, text: str) -> str:
        return escape(cut_plain(one_line(text), NAME))

    def said(self, text: str) -> str:
        return escape(cut_plain(one_line(text), REASON))

    def time(self, moment: datetime) -> str:
        return date_token(moment, self.zone, self.now)

    def what(self, version: str) -> str:
        """`checkout v1.4.3 in production`"""
        named = f" {self.short(version)}" if version else ""
        return f"{self.short(self.service)}{named} in {self.short(place_of(self.environment))}"


def _tagged(override: Override, here: Here) -> str:
    about = f" ({here.short(override.release)})" if override.release else ""
    return f"{here.what(override.version)}{about}"


def ask_message(override: Override, here: Here) -> Message:
    """A second person is needed: who asks, past what, for what, until when, and what if nobody."""
    head = f"⚠ *{here.name(override.by)} asks for a second person* · {override.id}"
    what = f"To let {_tagged(override, here)} past {gates(override.gates)}"
    ends = f"until {here.time(override.until)}"
    then = became(override, here) or "If nobody grants it, nothing changes."
    why = f"Because: {here.said(override.because)}"
    plain = (
        f"{here.name(override.by)} asks for a second person: {_tagged(override, here)} past "
        f"{gates(override.gates)} {ends}{because(here.said(override.because))}. {then}"
    )
    lines = "\n".join([head, full_stop(f"{what}, {ends}"), full_stop(why), then])
    return message(plain, [section(lines), _while_it_waits(override, here)])


def became(override: Override, here: Here) -> str:
    """What came of a question to a second person; empty while it waits for one."""
    if override.ended_at is not None:
        return full_stop(f"Over{because(here.said(override.ended_because))}")
    if override.waits(here.now):
        return ""
    how = "agrees, afterwards" if override.glass else "granted it"
    return f"{here.name(override.second)} {how}." if override.second else "Its time is over."


def _while_it_waits(override: Override, here: Here) -> Block | None:
    return actions(answers(override, here)) if override.waits(here.now) else None


def answers(override: Override, here: Here) -> list[Button]:
    """Yes and no of a second person, each for this override and no later one."""
    version = f" {override.version}" if override.version else ""
    place = f"{here.service}{version} {override.gates[0]} in {here.environment}"
    aloud = f"{override.id}, {here.service} {here.environment}"
    yes, no = ("Agree", "Do not agree") if override.glass else ("Grant", "Refuse")
    return [
        Button(
            label=yes,
            verb="grant",
            value=button_value("", f"grant {place}", override.id),
            style=PRIMARY,
            aloud=f"{yes} {aloud}",
        ),
        Button(
            label=no,
            verb="deny",
            value=button_value("", f"deny {place}", override.id),
            aloud=f"{no} {aloud}",
        ),
    ]


def granted_message(override: Override, here: Here) -> Message:
    second = f", granted by {here.name(override.second)}" if override.second else ", by one person"
    if override.glass:
        text = (
            f"✔ {here.name(override.second)} agrees, afterwards, that "
            f"{here.name(override.by)} broke the glass for {_tagged(override, here)} "
            f"({override.id})."
        )
        return message(text, [section(text)])
    said = because(here.said(override.because))
    text = full_stop(
        f"⚠ Override {override.id}: {_tagged(override, here)} is let past {gates(override.gates)} "
        f"until {here.time(override.until)}, asked by {here.name(override.by)}{second}{said}"
    )
    return message(text, [section(text)])


def refused_message(override: Override, by: str, here: Here) -> Message:
    """To who asked."""
    text = full_stop(
        f"{here.name(by)} did not grant {override.id}: {_tagged(override, here)} is not let past "
        f"{gates(override.gates)}{because(here.said(override.ended_because))}"
    )
    return message(text, [section(text)])


def glass(override: Override, here: Here) -> Message:
    """Loud, in the channel: it has happened already."""
    head = f"⚠ *Glass broken: {_tagged(override, here)}* · {override.id}"
    own = f" It is their own ({escape(override.own)})." if override.own else ""
    why = because(here.said(override.because))
    incident = f" for {here.short(override.incident)}" if override.incident else ""
    who = f"{here.name(override.by)} goes past {gates(override.gates)}{incident}{why}"
    missing = became(override, here) or "A second person is still missing: say whether you agree."
    plain = f"Glass broken: {_tagged(override, here)}. {full_stop(who)}{own} {missing}"
    lines = "\n".join([head, f"{full_stop(who)}{own}", missing])
    return message(plain, [section(lines), _while_it_waits(override, here)])


def glass_page(override: Override, here: Here) -> str:
    """For a phone: plain text, times in UTC."""
    who = name_of(override.by, here.names)
    what = f"{here.service} {override.version} in {place_of(here.environment)}"
    until = f"until {override.until:%H:%M} UTC"
    return cut_plain(
        one_line(f"GLASS BROKEN by {who}: {what}, {until}{because(override.because)}"), SUMMARY
    )


def overruled(override: Override, here: Here) -> Message:
    """To whoever holds a veto that is not waited for."""
    text = full_stop(
        f"⚠ Your veto is overridden: {_tagged(override, here)} goes without the vote until "
        f"{here.time(override.until)}, asked by {here.name(override.by)}, granted by "
        f"{here.name(override.second or override.by)}{because(here.said(override.because))}"
    )
    return message(text, [section(text)])


def owed_message(review: Review, here: Here) -> Message:
    """Somebody is asked to look back; late, it is said how late."""
    when = f"by {here.time(review.due_at)}"
    if here.now >= review.due_at:
        when = f"since {here.time(review.due_at)}, {spell(here.now - review.due_at)} ago"
    what = f"{here.short(review.release)}, {here.what(review.version)}"
    late = "⚠ A look back is overdue" if here.now >= review.due_at else "A look back is due"
    head = f"*{late}: {what}*"
    why = full_stop(f"It went past a gate: {here.said(review.because)}")
    who = f"Somebody who neither wrote it nor asked for it says whether it was right, {when}."
    return message(
        f"{late}: {what}. {why} {who}",
        [section(f"{head}\n{why}\n{who}"), actions(review_buttons(review, here))],
    )


def review_buttons(review: Review, here: Here) -> list[Button]:
    line = f"review {review.release}"
    return [
        Button(
            label="Approve",
            verb="review",
            value=button_value(review.release, f"{line} approve"),
            style=PRIMARY,
            aloud=f"Approve {review.release} afterwards",
        ),
        Button(
            label="Not approved…",
            verb="review",
            value=button_value(review.release, f"{line} not-approved"),
            aloud=f"Do not approve {review.release}",
            asks="because",
        ),
        Button(
            label="Why",
            verb="why",
            value=button_value(review.release, f"why {review.release}"),
            aloud=f"Why {review.release}",
        ),
    ]


def closed_message(review: Review, here: Here) -> Message:
    how = "approved" if review.approved else "NOT approved"
    text = full_stop(
        f"{here.short(review.release)}, {here.what(review.version)}, was looked at afterwards and "
        f"{how} by {here.name(review.closed_by)}{because(here.said(review.said))}"
    )
    return message(text, [section(text)])


def beneath(said: Message, lines: Sequence[str]) -> Message:
    """The same with what stands of overrides under it."""
    if not lines:
        return said
    shown = "\n".join(f"⚠ {line}" for line in lines[:LINES])
    return message(f"{said.text} {'; '.join(lines[:3])}.", [*said.blocks, section(shown)])


# Rows and lines


def override_row(override: Override, here: Here) -> HomeRow:
    """On the Home tab of who could be the second person."""
    said = f"asks for a second person: {_tagged(override, here)} past {gates(override.gates)}"
    done = f"broke the glass for {_tagged(override, here)}; a second person is missing"
    text = f"*{here.name(override.by)} {done if override.glass else said}*"
    small = f"until {here.time(override.until)}{because(here.said(override.because))}"
    return HomeRow(text=f"{text}\n{small}", buttons=tuple(answers(override, here)))


def review_row(review: Review, here: Here) -> HomeRow:
    late = "overdue since" if here.now >= review.due_at else "due"
    what = f"{here.short(review.release)}, {here.what(review.version)}"
    text = f"*Look back at {what}*\n{late} {here.time(review.due_at)}: {here.said(review.because)}"
    return HomeRow(text=text, buttons=tuple(review_buttons(review, here)))


def standing_line(override: Override, here: Here) -> str:
    """`override: checkout v1.4.3 in production is let past the freeze until 14:00 (O-1, rui)`"""
    people = [here.name(override.by), here.name(override.second) if override.second else ""]
    named = ", ".join([override.id, *filter(None, people)])
    if not override.stands(here.now):
        named += ", waits for a second person"
    return (
        f"override: {_tagged(override, here)} past {gates(override.gates)} until "
        f"{here.time(override.until)} ({named})"
    )


def owed_line(review: Review, here: Here) -> str:
    late = "overdue since" if here.now >= review.due_at else "due"
    return (
        f"look back owed: {here.short(review.release)}, {here.what(review.version)}, "
        f"{late} {here.time(review.due_at)}"
    )
