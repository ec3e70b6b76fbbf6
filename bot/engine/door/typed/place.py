"""Place: what was left out is filled in from the thread, the only release, the only environment.

Where that leaves two answers, nothing is filled in and the person is asked.
"""

from collections.abc import Sequence
from typing import Final

from bot.engine.door.spec import Offer, Ref, Unclear
from bot.engine.door.typed import unclear
from bot.engine.door.typed.readings import Slots, find_ref, production
from bot.engine.door.typed.unclear import NotClear, offer
from bot.engine.door.typed.words import TypedRequest

_FEW: Final = 5


def place(request: TypedRequest, slots: Slots) -> Slots:
    """`slots` with service, release and environment filled in. Raises NotClear."""
    if request.spec.what == "none":
        return slots
    if "release" in slots:
        return _at_release(request, slots)
    if "service" in slots:
        return _at_service(request, slots)
    return _nowhere(request, slots)


def _at_release(request: TypedRequest, slots: Slots) -> Slots:
    ref = find_ref(request, slots["release"])
    if ref is None:
        return slots
    if slots.get("service", ref.service) != ref.service:
        raise NotClear(unclear.other_place(ref.release, f"of {ref.service}", slots["service"]))
    said = slots.get("environment", ref.environment)
    if said != ref.environment and not request.spec.crosses:
        raise NotClear(unclear.other_place(ref.release, f"in {ref.environment}", said))
    return {"environment": ref.environment, **slots, "service": ref.service}


def _nowhere(request: TypedRequest, slots: Slots) -> Slots:
    """Neither service nor release was typed: the thread may say it."""
    thread = request.world.thread
    if thread is None and request.spec.what == "optional":
        return slots
    if thread is None:
        raise NotClear(_needs_what(request, slots))
    elsewhere = slots.get("environment", thread.environment) != thread.environment
    if request.spec.opens or "release" not in request.spec.names:
        return _at_service(request, {**slots, "service": thread.service})
    if elsewhere and not request.spec.crosses:
        return _at_service(request, {**slots, "service": thread.service})
    return _at_release(request, {**slots, "release": thread.release})


def _at_service(request: TypedRequest, slots: Slots) -> Slots:
    """Environment first, then the release that lives there."""
    if request.spec.crosses and "environment" in slots:
        return slots
    where = slots.get("environment") or _environment(request, slots["service"])
    if where is None:
        return slots
    placed: Slots = {**slots, "environment": where}
    release = _release(request, placed["service"], where)
    return {**placed, "release": release} if release else placed


def _environment(request: TypedRequest, service: str) -> str | None:
    """The environment that was left out, or None where an ask means all of them."""
    environments = request.world.services[service]
    if len(environments) < 2:
        return next(iter(environments), None)
    if not request.spec.is_act or request.spec.wide:
        return None
    if request.urgent:
        return production(environments)
    return _only_live(request, service, environments)


def _only_live(request: TypedRequest, service: str, environments: Sequence[str]) -> str:
    live = [ref for ref in request.world.live if ref.service == service]
    if request.spec.opens or not live:
        raise NotClear(_which_environment(request, service, environments))
    if len(live) > 1:
        raise NotClear(_which_release(request, service, live))
    return live[0].environment


def _release(request: TypedRequest, service: str, environment: str) -> str | None:
    """The release that lives there; where several do, only an emergency goes on without one."""
    if "release" not in request.spec.names:
        return None
    refs = request.world.live
    live = [ref for ref in refs if (ref.service, ref.environment) == (service, environment)]
    if len(live) > 1 and request.spec.is_act and not request.urgent:
        raise NotClear(_which_release(request, service, live))
    return live[0].release if len(live) == 1 else None


def _which_environment(request: TypedRequest, service: str, environments: Sequence[str]) -> Unclear:
    reachable = environments[1:] if request.spec.crosses else environments
    word = "to" if request.spec.crosses or request.spec.opens else "in"
    offers = [offer(request.again(plus=f"{word} {name}"), name) for name in reachable]
    return unclear.which_environment(service, environments, offers)


def _which_release(request: TypedRequest, service: str, live: Sequence[Ref]) -> Unclear:
    ids = [ref.release for ref in live]
    return unclear.which_release(service, ids, _offer_refs(request, live))


def _offer_refs(request: TypedRequest, live: Sequence[Ref]) -> list[Offer]:
    return [
        offer(request.again(plus=ref.release), f"{ref.release} ({ref.service}, {ref.environment})")
        for ref in live
    ]


def _needs_what(request: TypedRequest, slots: Slots) -> Unclear:
    offers = _offer_services(request) if request.spec.opens else _offer_live(request, slots)
    return unclear.needs_what(request.spec.name, request.kinds, request.usage, offers)


def _offer_services(request: TypedRequest) -> list[Offer]:
    services = sorted(request.world.services)
    if len(services) > _FEW:
        return []
    return [offer(request.again(plus=service), service) for service in services]


def _offer_live(request: TypedRequest, slots: Slots) -> list[Offer]:
    where = None if request.spec.crosses else slots.get("environment")
    live = [ref for ref in request.world.live if where in (None, ref.environment)]
    return _offer_refs(request, live)
