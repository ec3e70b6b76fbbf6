"""One sentence per fact of the calendar, for the log and `why`; see bot.render.release.timeline."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.facts import calendar as c
from bot.domain.facts.fact import Fact
from bot.domain.state.calendar import scope
from bot.domain.terms.units import spell
from bot.render.kit.voice import NameOf, because


def _froze(fact: c.FreezeBegan, _name: NameOf) -> str:
    span = f" for {spell(fact.until - fact.at)}" if fact.until else ""
    why = because(fact.because)
    return f"the freeze {fact.name} holds it{span}{why}; it is still watched"


def _declared(fact: c.FreezeDeclared, name: NameOf) -> str:
    what = scope(fact.service, fact.environment)
    span = f" for {spell(fact.until - fact.at)}" if fact.until else ""
    return f"{name(fact.by)} froze {what}{span}{because(fact.because)}"


def _unfroze(fact: c.FreezeLifted, name: NameOf) -> str:
    lifted = ", ".join(fact.freezes)
    return f"{name(fact.by)} lifted the freeze {lifted}{because(fact.because)}"


FROZEN: Mapping[type[Fact], Callable[[Any, NameOf], str]] = {
    c.FreezeBegan: _froze,
    c.FreezeDeclared: _declared,
    c.FreezeLifted: _unfroze,
}
