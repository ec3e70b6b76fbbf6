"""Names: which one thing each left-over token means.

A token that can mean two things is settled by what the other tokens leave open, or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.engine.door.spec import Offer, Slot, Unclear
from bot.engine.door.typed import unclear
from bot.engine.door.typed.readings import (
    VERSION,
    Item,
    Slots,
    environment_in,
    environments_of,
    find_ref,
    items,
    of_one_kind,
    offer_service,
    read_service,
    read_version,
    release_id,
    retell,
    service_of,
    services,
    spellings,
)
from bot.engine.door.typed.text import KEYS, Token
from bot.engine.door.typed.unclear import NotClear, did_you_mean, offer
from bot.engine.door.typed.words import TypedRequest, TypedWords

_ALL: Final = frozenset({"all", "everything", "*"})
_KEYWORD: Final[Mapping[Slot, str]] = {
    "service": "service",
    "release": "release",
    "environment": "to",
    "version": "version",
}
_WHATS: Final[frozenset[Slot]] = frozenset({"service", "release"})


def name(request: TypedRequest, told: TypedWords) -> Slots:
    """What was named, in words of the world. Raises NotClear."""
    found = items(request, told.left)
    sure = [item for item in found if len(item.readings) == 1]
    slots: Slots = {}
    _settle_whats(request, told, sure, slots)
    _settle_rest(request, told, sure, slots)
    for item in found:
        if len(item.readings) > 1:
            _settle_unsure(request, item, slots)
    for item in found:
        if not item.readings:
            _settle_unknown(request, item, slots)
    return slots


def _settle_whats(
    request: TypedRequest, told: TypedWords, sure: Sequence[Item], slots: Slots
) -> None:
    for key in ("service", "release"):
        if key in told.keyed:
            slot, value = _keyed_what(request, key, told.keyed[key])
            _fill(request, slots, slot, value)
    _one_of_a_kind(request, sure)
    for slot, value in _readings(sure):
        if slot in _WHATS:
            _fill(request, slots, slot, value)


def _settle_rest(
    request: TypedRequest, told: TypedWords, sure: Sequence[Item], slots: Slots
) -> None:
    if "version" in told.keyed:
        _fill(request, slots, "version", told.keyed["version"].raw)
    for slot, value in _readings(sure):
        if slot not in _WHATS:
            _fill(request, slots, slot, value)
    for token in told.to:
        _settle_to(request, token, slots)


def _readings(found: Iterable[Item]) -> list[tuple[Slot, str]]:
    return [reading for item in found for reading in item.readings.items()]


def _keyed_what(request: TypedRequest, key: str, token: Token) -> tuple[Slot, str]:
    """`service=checkout`, `release R-142`, and `release checkout` as people say it."""
    release = release_id(token.text) if key == "release" else None
    if release:
        return "release", release
    service = read_service(request, token.raw)
    if service:
        return "service", service
    if key == "release":
        raise NotClear(unclear.bad_release(token.raw))
    raise NotClear(_unknown_service(request, token.raw, {token.at: ""}))


def _one_of_a_kind(request: TypedRequest, sure: Sequence[Item]) -> None:
    for slot in ("service", "release"):
        named = {item.readings[slot]: item for item in sure if slot in item.readings}
        if len(named) > 1:
            first, second, *_ = named
            offers = [_only(request, item, named.values()) for item in named.values()]
            raise NotClear(unclear.two_whats(request.spec.name, first, second, offers))


def _only(request: TypedRequest, item: Item, rivals: Iterable[Item]) -> Offer:
    drop = {token.at: "" for rival in rivals if rival is not item for token in rival.tokens}
    if "service" in item.readings:
        return offer_service(request, item.readings["service"], drop)
    return offer(request.again(drop), item.text)


# ---------------------------------------------------------------- filling a slot


def _fill(request: TypedRequest, slots: Slots, slot: Slot, typed: str) -> None:
    value = typed
    if slot == "environment":
        value = _environment(request, slots, typed)
    if slot == "version":
        value = _version(request, slots, typed)
    if slots.get(slot, value) != value:
        raise NotClear(unclear.said_twice(slot, slots[slot], value))
    slots[slot] = value


def _environment(
    request: TypedRequest, slots: Slots, typed: str, also: Sequence[Offer] = ()
) -> str:
    environments = environments_of(request, slots)
    found = environment_in(environments, typed)
    if found is not None:
        return found
    whose = service_of(request, slots) or "What I know"
    alike = of_one_kind(environments, typed)
    near = alike or did_you_mean(typed, environments) or environments
    offers = [offer(request.again(_swap(request, typed, each)), each) for each in near]
    raise NotClear(unclear.unknown_environment(typed, whose, environments, [*offers, *also]))


def _swap(request: TypedRequest, typed: str, better: str) -> dict[int, str]:
    return {token.at: better for token in request.line.tokens if token.raw == typed}


def _version(request: TypedRequest, slots: Slots, typed: str) -> str:
    if not VERSION.fullmatch(typed):
        raise NotClear(unclear.bad_version(typed))
    service = service_of(request, slots)
    spelled = spellings(typed, request.world.versions.get(service or "", ()))
    if len(spelled) == 1:
        return spelled[0]
    offers = [offer(retell(request, service, _swap(request, typed, x)), x) for x in spelled]
    raise NotClear(unclear.which_version(typed, spelled, offers))


def _settle_to(request: TypedRequest, token: Token, slots: Slots) -> None:
    """`to prod` is an environment, `to v1.4.1` a version; what is neither is asked about."""
    if request.spec.takes_person:
        _fill(request, slots, "person", token.raw)
        return
    environments = environments_of(request, slots) if "to" in request.spec.words else ()
    if environment_in(environments, token.raw) is not None:
        _fill(request, slots, "environment", token.raw)
    elif request.spec.takes_version and read_version(request, token.raw) is not None:
        _fill(request, slots, "version", token.raw)
    else:
        _environment(request, slots, token.raw, _offer_version(request, slots, token))


def _offer_version(request: TypedRequest, slots: Slots, to: Token) -> list[Offer]:
    """`to nightly` is no environment; it may still be a version whose name is not known."""
    if not request.spec.takes_version or "version" in slots or not VERSION.fullmatch(to.raw):
        return []
    text = retell(request, service_of(request, slots), {to.at - 1: "--version"})
    return [offer(text, f"version {to.raw}")]


# ---------------------------------------------------------------- two readings, or none


def _settle_unsure(request: TypedRequest, item: Item, slots: Slots) -> None:
    readings = list(item.readings.items())
    open_ones = [pair for pair in readings if _is_open(request, slots, *pair)]
    if not open_ones:
        raise NotClear(_unknown_word(request, item, slots))
    if len(open_ones) == 1:
        _fill(request, slots, *open_ones[0])
        return
    offers = [_offer_slot(request, item, slots, *pair) for pair in open_ones if pair[0] in _KEYWORD]
    said = [f"{slot} {value}" for slot, value in open_ones]
    raise NotClear(unclear.two_ways(item.raw, said, offers))


def _offer_slot(request: TypedRequest, item: Item, slots: Slots, slot: Slot, value: str) -> Offer:
    instead = item.instead(f"--{_KEYWORD[slot]} {value}")
    return offer(retell(request, service_of(request, slots), instead), f"{slot} {value}")


def _is_open(request: TypedRequest, slots: Slots, slot: Slot, value: str) -> bool:
    if slot in slots:
        return False
    if slot == "service":
        return "release" not in slots
    if slot == "release" and "service" in slots:
        ref = find_ref(request, value)
        return ref is not None and ref.service == slots["service"]
    return slot != "version" or service_of(request, slots) is not None


def _settle_unknown(request: TypedRequest, item: Item, slots: Slots) -> None:
    spec = request.spec
    if spec.is_act and spec.what != "none" and item.text.lower() in _ALL:
        raise NotClear(_everything(request, item))
    if spec.takes_seat and "seat" not in slots:
        _fill(request, slots, "seat", item.text)
        return
    if spec.takes_version and "version" not in slots and service_of(request, slots):
        _loose_version(request, item, slots)
        return
    if spec.what != "none" and not _WHATS & slots.keys():
        raise NotClear(_unknown_service(request, item.raw, item.instead("")))
    raise NotClear(_unknown_word(request, item, slots))


def _loose_version(request: TypedRequest, item: Item, slots: Slots) -> None:
    """A word with a digit can only be the version; one without might be anything."""
    digits = any(character.isdigit() for character in item.raw)
    if digits or not VERSION.fullmatch(item.raw):
        _fill(request, slots, "version", item.raw)
        return
    raise NotClear(_unknown_word(request, item, slots))


def _everything(request: TypedRequest, item: Item) -> Unclear:
    can_freeze = any(spec.name == "freeze" for spec in request.specs)
    wants_still = can_freeze and request.spec.name == "pause"
    offers = [offer("freeze all", "Freeze all")] if wants_still else []
    live = () if request.spec.opens else request.world.live
    for ref in live:
        label = f"{ref.release} ({ref.service}, {ref.environment})"
        offers.append(offer(request.again(item.instead(ref.release)), label))
    return unclear.everything(request.spec.name, offers)


def _unknown_service(request: TypedRequest, word: str, instead: dict[int, str]) -> Unclear:
    known = services(request).values()
    place = next(iter(instead))
    offers = [
        offer_service(request, near, {**instead, place: near}) for near in did_you_mean(word, known)
    ]
    offers += [
        offer(request.again({**instead, place: near}), near)
        for near in _near_environments(request, word)
    ]
    return unclear.unknown_service(word, request.kinds, sorted(known), offers)


def _near_environments(request: TypedRequest, word: str) -> tuple[str, ...]:
    if request.spec.is_act or "to" not in request.spec.words:
        return ()
    return did_you_mean(word, environments_of(request, {}))


def _unknown_word(request: TypedRequest, item: Item, slots: Slots) -> Unclear:
    spec = request.spec
    keywords = [word for word, key in KEYS.items() if key in spec.words]
    places = environments_of(request, slots) if "to" in spec.words else ()
    verbs = [other.name for other in request.specs] if spec.takes_verb else []
    near = did_you_mean(item.raw.lstrip("-"), [*places, *spec.choices, *verbs, *keywords])
    offers = [offer(request.again(item.instead(each))) for each in near]
    if spec.takes_version and "version" not in slots and VERSION.fullmatch(item.raw):
        offers.append(offer(request.again(item.instead(f"--version {item.raw}"))))
    return unclear.unknown_word(item.raw, spec.name, request.usage, offers)
