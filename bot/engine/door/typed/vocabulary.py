"""What a line is read against: the words that verbs and config fix, and what is true just now.

A Vocabulary is built once for each reading of the config. Surroundings are of one line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.engine.door.spec import CommandSpec, Ref

# One word that people write as several; hyphenated and joined they mean the same.
_APART: Final[Mapping[str, str]] = {
    "rollback": "roll back",
    "unpause": "un pause",
    "unfreeze": "un freeze",
    "unlock": "un lock",
    "whoami": "who am i",
    "whynot": "why not",
}


class Vocabulary:
    """`services`: each service's environments along the `after` chain, the last nearest to users.

    `seats`: the seats of every poll. `heads`: the commands that each way to write a verb may mean.
    `names`: services and environments in lower case. `chains`: the different lists of environments.
    """

    def __init__(
        self,
        specs: Sequence[CommandSpec],
        services: Mapping[str, tuple[str, ...]],
        seats: tuple[str, ...] = (),
    ) -> None:
        self.specs = tuple(specs)
        self.services = services
        self.seats = seats
        self.verbs = {spec.name: spec for spec in reversed(self.specs)}
        self.heads = spelled(self.specs)
        self.chains = tuple(dict.fromkeys(services.values()))
        self.service_names = {service.lower(): service for service in services}
        places = (place for chain in self.chains for place in chain)
        self.names = frozenset(name.lower() for name in (*services, *places))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """`live`: releases that have not ended. `thread`: the release, ended or not, in whose thread
    the line was typed. `versions`: known versions of a service, for their spelling only.

    `command` is what to echo; `bot` is the bot's own user id, so that its mention is not a word.
    """

    vocabulary: Vocabulary
    live: tuple[Ref, ...] = ()
    thread: Ref | None = None
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    command: str = "/release"
    bot: str | None = None

    @property
    def services(self) -> Mapping[str, tuple[str, ...]]:
        return self.vocabulary.services


def spelled(specs: Sequence[CommandSpec]) -> dict[str, list[CommandSpec]]:
    """Every way to write every verb; a word that two commands claim has both."""
    heads: dict[str, list[CommandSpec]] = {}
    for spec in specs:
        ways = (way for word in (spec.name, *spec.aliases) for way in _ways(word))
        for spelling in dict.fromkeys(ways):
            heads.setdefault(spelling, []).append(spec)
    return heads


def _ways(word: str) -> tuple[str, ...]:
    parts = _APART.get(word, word).replace("-", " ").split()
    return (word, *(joint.join(parts) for joint in ("", " ", "-", "_")))
