"""Facts and releases as the store keeps them, and back; old shapes are lifted on the way in.

An upcaster turns the body of (kind, schema) into that of schema + 1. Never delete one: the chain
holds every shape that ever was.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.facts import FACTS
from bot.domain.facts.fact import Fact
from bot.domain.state.release import Release
from bot.ports.store import Event, Json, NewEvent, Status

SCHEMAS: Mapping[str, int] = {
    "PreflightPassed": 2,
    "ReleaseRequested": 5,
    "RollbackRequested": 4,
    "VersionMarked": 2,
}
"""The present shape of each kind; 1 where it is not named."""


def _without_changes(body: Json) -> Json:
    """Before it was asked what a release brings."""
    return {**body, "changes": [], "changes_unknown": ""}


def _by_default(body: Json) -> Json:
    """Keys that came later: what a record does not say is what the default says."""
    return body


UPCASTERS: Mapping[tuple[str, int], Callable[[Json], Json]] = {
    ("PreflightPassed", 1): _without_changes,
    ("ReleaseRequested", 1): _by_default,
    ("ReleaseRequested", 2): _by_default,
    ("ReleaseRequested", 3): _by_default,
    ("ReleaseRequested", 4): _by_default,
    ("RollbackRequested", 1): _by_default,
    ("RollbackRequested", 2): _by_default,
    ("RollbackRequested", 3): _by_default,
    ("VersionMarked", 1): _by_default,
}


class UnknownFact(Exception):
    """The record holds a fact this program cannot read; a newer one wrote it."""


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def plain(value: Any) -> Json:
    """A dataclass of the domain as JSON types."""
    dumped: Json = _adapter(type(value)).dump_python(value, mode="json")
    return dumped


def restore(kind: type[Any], body: Json) -> Any:
    """The dataclass that `plain` made `body` from."""
    return _adapter(kind).validate_python(body)


def event_of(fact: Fact, stream: str, cause: str) -> NewEvent:
    body = plain(fact)
    del body["at"], body["by"]
    if not fact.role:
        del body["role"]
    kind = type(fact).__name__
    schema = SCHEMAS.get(kind, 1)
    return NewEvent(
        stream=stream,
        kind=kind,
        schema=schema,
        at=fact.at,
        actor=fact.by,
        cause=cause,
        body=body,
    )


def fact_of(
    event: Event,
    kinds: Mapping[str, type[Fact]] = FACTS,
    upcasters: Mapping[tuple[str, int], Callable[[Json], Json]] = UPCASTERS,
    schemas: Mapping[str, int] = SCHEMAS,
) -> Fact:
    """The fact of an event. Raises UnknownFact, with the remedy, where it cannot be read."""
    kind = kinds.get(event.kind)
    newest = schemas.get(event.kind, 1)
    if kind is None or event.schema > newest:
        raise UnknownFact(
            f"The record's row {event.seq} is a {event.kind} of schema {event.schema}, "
            "which this version of Slipway does not know. "
            "Run the version that wrote it, or a newer one."
        )
    body = event.body
    for schema in range(event.schema, newest):
        body = upcasters[(event.kind, schema)](body)
    try:
        fact: Fact = restore(kind, {**body, "at": event.at, "by": event.actor})
    except ValidationError as error:
        first = error.errors()[0]
        raise UnknownFact(
            f"The record's row {event.seq} ({event.kind}) cannot be read at "
            f"{'.'.join(map(str, first['loc']))}. Run slipway audit verify."
        ) from error
    return fact


def status_of(release: Release) -> Status:
    """The projection that lists read: one row per release, rebuilt by folding its facts."""
    return Status(
        stream=release.id,
        service=release.service,
        environment=release.environment,
        state=release.state.value,
        live=release.is_live,
        at=release.changed_at,
        body=plain(release),
    )
