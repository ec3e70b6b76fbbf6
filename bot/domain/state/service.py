"""A service in one environment: what rollbacks return to, and what was said of its versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain.facts import release as f
from bot.domain.facts.fact import Fact
from bot.domain.state.override import Override, Review, with_override, with_review


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """`certified` lists what ended well, newest last; its last is the stable one.

    `false_rollbacks` are releases that the bot took back, and whose version a person then called
    good.
    """

    version: int = 0
    certified: tuple[f.Running, ...] = ()
    marks: Mapping[str, f.VersionMarked] = field(default_factory=dict)
    overrides: Mapping[str, Override] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    false_rollbacks: tuple[str, ...] = ()

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

    def bad_as(self, revision: str) -> f.VersionMarked | None:
        """The mark of whatever was taken back and is made of the same, whatever it is called."""
        found = (each for each in self.marks.values() if each.mark is f.Mark.BAD)
        return next((each for each in found if revision and each.revision == revision), None)

    def was_false(self, fact: f.VersionMarked) -> str:
        """The release that was taken back for nothing, if this mark says so."""
        before = self.marks.get(fact.version)
        if before is None or before.mark is not f.Mark.BAD or fact.mark is not f.Mark.GOOD:
            return ""
        return before.release


SERVICES = "S/"
"""What streams of services begin with."""


def stream_of(service: str, environment: str) -> str:
    return f"{SERVICES}{service}/{environment}"


def evolve_service(state: ServiceState, fact: Fact) -> ServiceState:
    after = replace(state, version=state.version + 1)
    if isinstance(fact, f.StableAdopted | f.StableCertified):
        return replace(after, certified=(*state.certified, fact.running))
    if isinstance(fact, f.VersionMarked):
        false = state.was_false(fact)
        return replace(
            after,
            marks={**state.marks, fact.version: fact},
            false_rollbacks=(*state.false_rollbacks, *([false] if false else [])),
        )
    return replace(
        after,
        overrides=with_override(state.overrides, fact),
        reviews=with_review(state.reviews, fact),
    )


def fold_service(facts: Iterable[Fact]) -> ServiceState:
    state = ServiceState()
    for fact in facts:
        state = evolve_service(state, fact)
    return state
