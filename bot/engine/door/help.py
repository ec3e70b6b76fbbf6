"""Help as data: what the specs declare, in groups, for whoever shows it."""

from collections.abc import Iterable
from itertools import groupby

from bot.engine.door.spec import CommandSpec, in_order
from bot.render.kit.verbs import HelpGroup, VerbHelp


def help_groups(specs: Iterable[CommandSpec]) -> tuple[HelpGroup, ...]:
    """A group of which no verb is among `specs` is left out."""
    groups = groupby(in_order(specs), key=lambda spec: spec.group)
    return tuple(HelpGroup(name=group, verbs=tuple(map(_verb, found))) for group, found in groups)


def _verb(spec: CommandSpec) -> VerbHelp:
    return VerbHelp(
        name=spec.name,
        usage=spec.usage,
        summary=spec.summary,
        examples=spec.examples,
        aliases=spec.aliases,
        right=spec.right or "",
        is_act=spec.is_act,
    )
