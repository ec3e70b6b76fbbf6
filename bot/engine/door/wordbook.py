"""What a line is read against, kept ready: only what may have changed is looked up again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.state.release import Release
from bot.domain.state.service import ServiceState
from bot.engine.door.grammar import BegunLine
from bot.engine.door.spec import CommandSpec, Ref
from bot.engine.door.typed.vocabulary import Surroundings, Vocabulary
from bot.engine.people.rulebook import Policy, Rulebook
from bot.engine.record.history import History
from bot.engine.watch.views import Views


class Wordbook:
    def __init__(
        self, specs: Sequence[CommandSpec], book: Rulebook, readers: Views, history: History
    ) -> None:
        self._specs = specs
        self._book = book
        self._readers = readers
        self._history = history
        self._policy: Policy | None = None
        self._vocabulary = Vocabulary((), {})
        self._counted: int | None = None
        self._versions: Mapping[str, tuple[str, ...]] = {}

    def vocabulary(self) -> Vocabulary:
        """Of the present config; a reload replaces the policy, and with it this."""
        if self._book.policy is not self._policy:
            self._policy, self._counted = self._book.policy, None
            services, seats = self._readers.services(), self._book.seats()
            self._vocabulary = Vocabulary(self._specs, services, seats)
        return self._vocabulary

    async def around(self, begun: BegunLine, about: Release | None) -> Surroundings:
        """What this line's verb looks at; `about`: the release it was said of."""
        return replace(
            begun.world,
            live=await self._live() if begun.looks_at_live else (),
            thread=ref_of(about) if about else None,
            versions=await self._known_versions() if begun.may_name_version else {},
        )

    async def _live(self) -> tuple[Ref, ...]:
        return tuple(ref_of(release) for release in await self._history.all_live())

    async def _known_versions(self) -> Mapping[str, tuple[str, ...]]:
        """Read again only where the config or some service's history is another than last time."""
        if self._counted != self._history.service_changes:
            policy, counted = self._book.policy, self._history.service_changes
            versions = await self._read_versions(policy)
            if policy is not self._policy:
                return versions
            self._versions, self._counted = versions, counted
        return self._versions

    async def _read_versions(self, policy: Policy) -> Mapping[str, tuple[str, ...]]:
        names: dict[str, set[str]] = {}
        for service, environment in policy.services:
            state = await self._history.service(service, environment)
            names.setdefault(service, set()).update(versions_of(state))
        return {service: tuple(sorted(known)) for service, known in names.items() if known}


def versions_of(state: ServiceState) -> set[str]:
    return {running.version for running in state.certified} | set(state.marks)


def ref_of(release: Release) -> Ref:
    return Ref(release.id, release.service, release.environment)
