"""Readings: every service, release, environment, version or choice that a token could mean."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.engine.door.spec import Offer, Ref, Slot
from bot.engine.door.typed.text import Token
from bot.engine.door.typed.unclear import offer
from bot.engine.door.typed.words import TypedRequest

Slots: TypeAlias = dict[Slot, str]

_KINDS: Final = (
    frozenset({"prod", "production", "prd"}),
    frozenset({"staging", "stage", "stg"}),
    frozenset({"dev", "development"}),
    frozenset({"test", "testing"}),
)
PRODUCTION: Final = _KINDS[0]
_RELEASE = re.compile(r"(?:r-?)?0*([1-9][0-9]{0,8})")
VERSION: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}")
ACCOUNT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}(?:@[A-Za-z0-9.-]{1,100})?")
_SURE_VERSION: Final = re.compile(r"latest|v?[0-9][a-z0-9._+-]*|(?=[a-f]*[0-9])[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Item:
    """One to three tokens that name something, and every slot they could fill."""

    tokens: tuple[Token, ...]
    text: str
    readings: Mapping[Slot, str]

    @property
    def raw(self) -> str:
        return " ".join(token.raw for token in self.tokens)

    def instead(self, text: str) -> dict[int, str]:
        return {token.at: "" for token in self.tokens} | {self.tokens[0].at: text}


def environment_in(environments: Iterable[str], typed: str) -> str | None:
    """The environment that `typed` means: its name, or the only one of its kind."""
    known = {name.lower(): name for name in environments}
    alike = of_one_kind(known.values(), typed)
    return known.get(typed.lower()) or (alike[0] if len(alike) == 1 else None)


def of_one_kind(environments: Iterable[str], typed: str) -> tuple[str, ...]:
    """`prod` and `production` are one kind, and so are other short and long names."""
    kind = next((kind for kind in _KINDS if typed.lower() in kind), frozenset[str]())
    return tuple(name for name in environments if name.lower() in kind)


def production(environments: Sequence[str]) -> str:
    """Where users are: the environment called prod or production, else the last one."""
    known = (name for name in environments if name.lower() in PRODUCTION)
    return next(known, environments[-1])


def same_version(one: str, other: str) -> bool:
    """`V1.4.2`, `v1.4.2` and `1.4.2` are one version."""
    return _without_v(one) == _without_v(other)


def _without_v(version: str) -> str:
    return re.sub("^[vV](?=[0-9])", "", version)


def spellings(typed: str, known: Sequence[str]) -> tuple[str, ...]:
    """What the version `typed` may be called: known names of it, else as typed with a small v."""
    if typed in known:
        return (typed,)
    alike = tuple(version for version in known if same_version(typed, version))
    if typed.lower() == "latest":
        return ("latest",)
    return alike or (re.sub("^V(?=[0-9])", "v", typed),)


def find_ref(request: TypedRequest, release: str | None) -> Ref | None:
    """The release with this id, if it lives or has the thread."""
    thread = request.world.thread
    refs = (*request.world.live, thread) if thread else request.world.live
    return next((ref for ref in refs if ref.release == release), None)


def service_of(request: TypedRequest, slots: Slots) -> str | None:
    """The service that the request is about, as far as it is known yet."""
    if "service" in slots:
        return slots["service"]
    ref = find_ref(request, slots["release"]) if "release" in slots else request.world.thread
    return ref.service if ref and request.spec.what != "none" else None


def environments_of(request: TypedRequest, slots: Slots) -> tuple[str, ...]:
    service, services = service_of(request, slots), request.world.services
    if service is not None and service in services:
        return services[service]
    return tuple(dict.fromkeys(name for names in services.values() for name in names))


def retell(request: TypedRequest, service: str | None, instead: dict[int, str]) -> str:
    """The request as text that keeps the production which `/rollback` stands for."""
    environments = request.world.services.get(service or "", ())
    implied = request.urgent and environments and not request.says_where
    return request.again(instead, f"in {production(environments)}" if implied else "")


def offer_service(request: TypedRequest, service: str, instead: dict[int, str]) -> Offer:
    return offer(retell(request, service, instead), service)


def items(request: TypedRequest, tokens: tuple[Token, ...]) -> list[Item]:
    """The tokens as items: each alone, or up to three that spell one name apart."""
    found: list[Item] = []
    at = 0
    while at < len(tokens):
        found.append(_item(request, tokens, at))
        at += len(found[-1].tokens)
    return found


def _item(request: TypedRequest, tokens: tuple[Token, ...], at: int) -> Item:
    alone = Item(tokens[at : at + 1], tokens[at].raw, _readings(request, tokens[at].raw))
    if alone.readings:
        return alone
    groups = (tokens[at : at + many] for many in (3, 2, 1))
    found = (_spelled_apart(request, group) for group in groups if _adjacent(group))
    return next(filter(None, found), alone)


def _adjacent(group: Sequence[Token]) -> bool:
    return all(token.at == group[0].at + i for i, token in enumerate(group))


def _spelled_apart(request: TypedRequest, group: tuple[Token, ...]) -> Item | None:
    """`check out`, `check-out` for checkout; `no go`, `nogo` for no-go."""
    typed = _squashed("".join(token.raw for token in group))
    known = (*services(request).values(), *request.spec.choices)
    alike = [name for name in known if _squashed(name) == typed]
    if len(alike) != 1 or not typed:
        return None
    return Item(group, alike[0], _readings(request, alike[0]))


def _squashed(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "").replace(" ", "")


def _readings(request: TypedRequest, text: str) -> dict[Slot, str]:
    found = ((slot, read(request, text)) for slot, read in _READERS)
    return {slot: value for slot, value in found if value is not None}


def services(request: TypedRequest) -> Mapping[str, str]:
    """Names of services as typed and as configured, where the verb takes one."""
    if "service" not in request.spec.names or request.spec.what == "none":
        return {}
    return request.world.vocabulary.service_names


def read_service(request: TypedRequest, text: str) -> str | None:
    return services(request).get(text.lower())


def _read_release(request: TypedRequest, text: str) -> str | None:
    if "release" not in request.spec.names or request.spec.what == "none":
        return None
    return release_id(text)


def release_id(text: str) -> str | None:
    """`R-142`, `r142` and `142` are R-142."""
    found = _RELEASE.fullmatch(text.lower())
    return f"R-{found[1]}" if found else None


def _read_environment(request: TypedRequest, text: str) -> str | None:
    if "to" not in request.spec.words:
        return None
    chains = request.world.vocabulary.chains
    return text if any(environment_in(names, text) for names in chains) else None


def read_version(request: TypedRequest, text: str) -> str | None:
    if not request.spec.takes_version or not VERSION.fullmatch(text):
        return None
    if _SURE_VERSION.fullmatch(text.lower()):
        return text
    known = any(text in versions for versions in request.world.versions.values())
    return text if known else None


def _read_choice(request: TypedRequest, text: str) -> str | None:
    return next((choice for choice in request.spec.choices if choice == text.lower()), None)


def _read_topic(request: TypedRequest, text: str) -> str | None:
    if not request.spec.takes_verb:
        return None
    asked = (spec for spec in request.specs if text.lower() in (spec.name, *spec.aliases))
    return next((spec.name for spec in asked), None)


def _read_account(request: TypedRequest, text: str) -> str | None:
    if not request.spec.takes_account or text.lower() in request.spec.choices:
        return None
    return text if ACCOUNT.fullmatch(text) else None


def read_seat(request: TypedRequest, text: str) -> str | None:
    """A seat of a poll, also where its name is a keyword elsewhere ("release")."""
    if not request.spec.takes_seat:
        return None
    seats = request.world.vocabulary.seats
    return next((seat for seat in seats if seat.lower() == text.lower()), None)


_READERS: Final[tuple[tuple[Slot, Callable[[TypedRequest, str], str | None]], ...]] = (
    ("service", read_service),
    ("release", _read_release),
    ("environment", _read_environment),
    ("version", read_version),
    ("choice", _read_choice),
    ("topic", _read_topic),
    ("account", _read_account),
    ("seat", read_seat),
)
