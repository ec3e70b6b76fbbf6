"""What help says of the verbs: groups in their order, the same for every page and message."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbHelp:
    """One verb. `right` is what it needs of a person; empty where it needs none."""

    name: str
    usage: str
    summary: str
    examples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    right: str = ""
    is_act: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpGroup:
    """Verbs about one thing, that are shown beside each other."""

    name: str
    verbs: tuple[VerbHelp, ...]


def verbs_of(groups: tuple[HelpGroup, ...]) -> tuple[VerbHelp, ...]:
    return tuple(verb for group in groups for verb in group.verbs)
