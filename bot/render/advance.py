"""What is said in the thread of a release whose version did not go on by itself."""

from bot.domain.facts.advance import AdvanceRefused, AdvanceWaited
from bot.domain.terms.units import spell
from bot.ports.chat import Message
from bot.render.kit.blocks import cut_plain, escape, message, one_line, section
from bot.render.kit.voice import NAME, place_of


def tell_waiting(fact: AdvanceWaited, environment: str) -> Message:
    place, version = place_of(environment), cut_plain(one_line(fact.version), NAME)
    return _said(
        f"⏳ {version} goes on to {place} by itself when {fact.live} there is over. "
        f"I wait {spell(fact.until - fact.at)} at most, and then say so here."
    )


def tell_not_taken_on(fact: AdvanceRefused, service: str, environment: str) -> Message:
    place, version = place_of(environment), cut_plain(one_line(fact.version), NAME)
    by_hand = f"By hand: /release start {service} {version} to {environment}"
    reason = fact.reason
    return _said(
        f"⚠ {version} does not go on to {place} by itself. {reason.sentence} {reason.remedy}\n"
        f"{by_hand}"
    )


def _said(text: str) -> Message:
    return message(escape(text).replace("\n", " "), [section(escape(text))])
