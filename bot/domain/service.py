"""A service in one environment: what rollbacks return to, and what was said of its versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain import facts as f


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """`certified` lists what ended well, newest last; its last is the stable one."""

    version: int = 0
    certified: tuple[f.Running, ...] = ()
    marks: Mapping[str, f.VersionMarked] = field(default_factory=dict)

    @property
    def stable(self) -> f.Running | None:
        return self.certified[-1] if self.certified else None

    def before(self, version: str) -> f.Running | None:
        """The newest version certified before `version` first was, and not marked bad.

        Not simply the last other one: undoing twice must not bring back what was undone.
        """
        names = [running.version for running in self.certified]
        until = names.index(version) if version in names else len(names)
        earlier = reversed(self.certified[:until])
        return next((running for running in earlier if not self.is_bad(running.version)), None)

    def named(self, version: str) -> f.Running | None:
        """The certified version of this name, newest first."""
        return next((each for each in reversed(self.certified) if each.version == version), None)

    def is_bad(self, version: str) -> bool:
        mark = self.marks.get(version)
        return mark is not None and mark.mark is f.Mark.BAD


def stream_of(service: str, environment: str) -> str:
    return f"S/{service}/{environment}"


def evolve_service(state: ServiceState, fact: f.Fact) -> ServiceState:
    after = replace(state, version=state.version + 1)
    if isinstance(fact, f.StableAdopted | f.StableCertified):
        return replace(after, certified=(*state.certified, fact.running))
    if isinstance(fact, f.VersionMarked):
        return replace(after, marks={**state.marks, fact.version: fact})
    return after


def fold_service(facts: Iterable[f.Fact]) -> ServiceState:
    state = ServiceState()
    for fact in facts:
        state = evolve_service(state, fact)
    return state
