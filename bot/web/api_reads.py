"""Reads: releases as JSON. Shares in percent, durations in seconds, instants in ISO 8601, UTC."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.domain.facts.release import Running
from bot.domain.judge.samples import Verdict
from bot.domain.state.release import Held, Release, WayBack
from bot.domain.terms.strategy import Step
from bot.engine.door.visibility import visible
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.engine import Engine
from bot.engine.watch.views import Views
from bot.ports.store import Json
from bot.render.kit.view import ReleaseView
from bot.render.release.timeline import lines
from bot.web.api_fields import Given

MOST = 100
"""Releases in one list, the newest first."""


async def listed(engine: Engine, book: Rulebook, by: str, asked: Given) -> Json:
    """Those of places that somebody may look at, of the newest MOST."""
    live = asked.get("live")
    rows = await engine.store.statuses(
        live=None if live is None else live == "true",
        service=_text(asked.get("service")),
        environment=_text(asked.get("environment")),
        limit=MOST,
    )
    found = [await engine.history.release(row.stream) for row in rows]
    seen = await visible([each for each in found if each is not None], by, book)
    return {"releases": [summary(release) for release in seen]}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


async def told(readers: Views, release: Release) -> Json:
    """One release with everything that is known of it."""
    view = await readers.view(release)
    return {**summary(release), **details(view)}


def summary(release: Release) -> Json:
    return {
        "id": release.id,
        "service": release.service,
        "environment": release.environment,
        "version": release.name,
        "kind": release.kind.value,
        "state": release.state.value,
        "live": release.is_live,
        "step": release.step + 1,
        "steps": len(release.rules.strategy.steps),
        "requested_by": release.requested_by,
        "requested_at": release.requested_at.isoformat(),
        "changed_at": release.changed_at.isoformat(),
        "ended_at": _instant(release.ended_at),
        "certified": release.certified,
    }


def details(view: ReleaseView) -> Json:
    release = view.release
    return {
        "because": release.because,
        "revision": release.revision,
        "running": _running(release.running),
        "stable": _running(release.stable),
        "plan": [_step(step) for step in release.rules.strategy.steps],
        "watched_seconds": view.watched.total_seconds(),
        "holds": [_held(held) for held in release.holds],
        "not_ready": [asdict(reason) for reason in release.reasons],
        "way_back": _way(release.way) if release.way else None,
        "verdicts": [_verdict(verdict) for verdict in view.verdicts],
        "timeline": [
            {"at": at.isoformat(), "fact": kind, "sentence": text}
            for at, kind, text in lines(view.facts, view.names)
        ],
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _running(running: Running | None) -> Json | None:
    return asdict(running) if running else None


def _step(step: Step) -> Json:
    return {
        "weight": step.weight.percent,
        "mirror": step.mirror.percent,
        "bake_seconds": step.bake.total_seconds(),
        "asks_a_person": step.gate,
    }


def _held(held: Held) -> Json:
    return {
        "hold": held.hold.value,
        "because": held.because,
        "by": held.by,
        "since": held.since.isoformat(),
        "until": _instant(held.until),
    }


def _way(way: WayBack) -> Json:
    return {
        "cause": way.cause.value,
        "because": way.because,
        "by": way.by,
        "decided_at": way.decided_at.isoformat(),
        "deadline": way.deadline.isoformat(),
        "back_at": _instant(way.back_at),
        "confirmed": way.confirmed,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    evidence = verdict.evidence
    return {
        "check": verdict.check,
        "outcome": verdict.outcome.value,
        "because": verdict.because,
        "canary": evidence.canary,
        "baseline": evidence.baseline,
        "canary_requests": evidence.canary_requests,
        "baseline_requests": evidence.baseline_requests,
    }
