"""The evidence of a release: as one JSON object, as a page to print, and in a few lines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, TypeAlias

from bot.domain.facts import release as f
from bot.domain.facts.bot import HeadAnchored
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.vote import BallotCast
from bot.domain.state.moves import STATE_WORDS
from bot.domain.state.release import Release
from bot.ports.chat import Message
from bot.render.answers import answer
from bot.render.kit.voice import name_of
from bot.render.override.sentences import OVERRIDDEN
from bot.render.release.timeline import TimelineNames, sentence

Json: TypeAlias = dict[str, Any]

FORMAT = "slipway-evidence/1"
FORMULA = (
    "hash = hex(SHA-256(prev_hash + line feed + canonical JSON of actor, at, body, cause, kind, "
    "schema, seq, stream, version)); keys sorted, no spaces, UTF-8; body is the stored text"
)
DENIALS = frozenset({"Denied"})
POLICY = frozenset({"ConfigReloaded"})
OVERRIDES = frozenset(kind.__name__ for kind in OVERRIDDEN)
BALLOTS = frozenset({"BallotCast"})
HEADINGS = {
    "decisions": "Who decided what",
    "ballots": "Who said go or no-go, and what it meant",
    "overrides": "What was let past a gate",
    "denials": "Asked for and refused",
    "policy": "Changes of the rules meanwhile",
    "timeline": "Timeline",
    "told": "Who was told",
    "done": "What was done to the target",
}
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff;
  max-width: 68rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin-bottom: 0 } h2 { font-size: 1.1rem; margin-top: 2rem }
p.lead { color: #4a5360; margin-top: .2rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid #d8dde3; overflow-wrap: anywhere }
th { font-weight: 600; white-space: nowrap } .hash, .at { font-family: monospace; font-size: 13px }
.at { white-space: nowrap }
@media (max-width: 40rem) { .at { white-space: normal } }
@media print { body { margin: 0; max-width: none } h2 { break-after: avoid }
  tr { break-inside: avoid } }
"""


def anchor_line(fact: HeadAnchored) -> str:
    """The line that people keep where the record is not."""
    return f"The record holds {fact.seq} facts and ends in {fact.hash}."


def document(
    release: Release,
    facts: Sequence[Fact],
    rows: Sequence[Json],
    effects: Sequence[Json],
    kept: tuple[Mapping[str, str], tuple[int, str], datetime],
) -> Json:
    """The same input is the same bytes. `rows` stand beside `facts`, one for one.

    `kept` are the names of people, the head of the chain, and when its last fact was written.
    """
    names, head, at = kept
    known = TimelineNames(names)
    told = [_told(fact, row, known) for fact, row in zip(facts, rows, strict=True)]
    return {
        "format": FORMAT,
        "as_of": stamp(at),
        "release": _release(release, names),
        "decisions": [each for each in told if each["by"] != BOT and not _is(each, DENIALS)],
        "ballots": [each for each in told if _is(each, BALLOTS)],
        "overrides": [each for each in told if _is(each, OVERRIDES)],
        "denials": [each for each in told if _is(each, DENIALS)],
        "policy": [each for each in told if _is(each, POLICY)],
        "timeline": told,
        "told": [each for each in effects if each["lane"] != "world"],
        "done": [each for each in effects if each["lane"] == "world"],
        "people": {each: names[each] for each in sorted(_people(told)) if each in names},
        "chain": {
            "formula": FORMULA,
            "head": {"seq": head[0], "hash": head[1]},
            "rows": list(rows),
        },
    }


def _is(told: Json, kinds: frozenset[str]) -> bool:
    return told["kind"] in kinds


def _people(told: Iterable[Json]) -> set[str]:
    return {each["by"] for each in told}


def _told(fact: Fact, row: Json, known: TimelineNames) -> Json:
    return {
        "seq": row["seq"],
        "at": row["at"],
        "stream": row["stream"],
        "kind": row["kind"],
        "by": fact.by,
        "name": name_of(fact.by, known.names),
        "role": fact.role,
        "because": str(getattr(fact, "because", "")),
        "text": sentence(fact, known),
        **({"meaning": fact.meaning} if isinstance(fact, BallotCast) else {}),
    }


def _release(release: Release, names: Mapping[str, str]) -> Json:
    rules = release.rules
    return {
        "id": release.id,
        "kind": release.kind.value,
        "service": release.service,
        "environment": release.environment,
        "version": release.name,
        "revision": release.revision,
        "before": _running(release.running),
        "returns_to": _running(release.stable),
        "way_back": {"mechanism": release.mechanism, "proof": list(release.proof)},
        "requested_by": release.requested_by,
        "requester": name_of(release.requested_by, names),
        "requested_at": stamp(release.requested_at),
        "because": release.because,
        "cause": release.cause,
        "incident": release.incident,
        "state": release.state.value,
        "in_words": STATE_WORDS[release.state],
        "certified": release.certified,
        "ended_at": stamp(release.ended_at) if release.ended_at else None,
        "rules_digest": rules.digest,
        "strategy": rules.strategy.kind.value,
        "steps": [f"{step.weight}" for step in rules.strategy.steps],
        "checks": [check.name for check in rules.checks],
    }


def _running(running: f.Running | None) -> Json | None:
    if running is None:
        return None
    return {"version": running.version, "revision": running.revision}


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# The page


def page(found: Json) -> str:
    """The document as one HTML file that needs nothing else, on paper too."""
    release = found["release"]
    title = _title(release)
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="lead">{escape(_lead(found))}</p>',
        _pairs(release),
        *(_part(name, found[name]) for name in HEADINGS),
        _chain(found["chain"]),
    ]
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
    )
    return f"{head}{''.join(parts)}</body></html>\n"


def _title(release: Json) -> str:
    what = f"{release['service']} {release['version']}"
    return f"{release['id']}: {what} to {release['environment']}"


def _lead(found: Json) -> str:
    release, chain = found["release"], found["chain"]
    return (
        f"It is {release['in_words']}. As of {found['as_of']} the record held "
        f"{chain['head']['seq']} facts; {len(chain['rows'])} of them bear on this release."
    )


def _pairs(release: Json) -> str:
    shown = {key.replace("_", " "): plain(value) for key, value in release.items() if value}
    rows = (
        f"<tr><th>{escape(key)}</th><td>{escape(text)}</td></tr>" for key, text in shown.items()
    )
    return f"<h2>The change</h2><table>{''.join(rows)}</table>"


def plain(value: object) -> str:
    """A value in a cell: lists and tables on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain(item)}" for key, item in value.items() if item)
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _part(name: str, rows: Sequence[Json]) -> str:
    if not rows:
        return f"<h2>{HEADINGS[name]}</h2><p>Nothing.</p>"
    told = EFFECT if name in ("told", "done") else FACT
    head = "".join(f"<th>{escape(title)}</th>" for title in told)
    body = "".join(_line(row, told) for row in rows)
    return f"<h2>{HEADINGS[name]}</h2><table><tr>{head}</tr>{body}</table>"


FACT: Mapping[str, Callable[[Json], str]] = {
    "at": lambda row: row["at"],
    "fact": lambda row: str(row["seq"]),
    "who": lambda row: f"{row['name']} ({row['role']})" if row["role"] else row["name"],
    "what": lambda row: f"{row['text']} ({row['meaning']})" if "meaning" in row else row["text"],
}
EFFECT: Mapping[str, Callable[[Json], str]] = {
    "at": lambda row: row["done_at"] or "waiting",
    "what": lambda row: row["what"],
    "key": lambda row: row["key"],
    "what came of it": lambda row: plain(row["outcome"]) if row["outcome"] else "",
}


def _line(row: Json, told: Mapping[str, Callable[[Json], str]]) -> str:
    cells = (
        f'<td class="{"at" if title == "at" else ""}">{escape(cell(row))}</td>'
        for title, cell in told.items()
    )
    return f"<tr>{''.join(cells)}</tr>"


def _chain(chain: Json) -> str:
    rows = "".join(
        f"<tr><td>{row['seq']}</td><td>{escape(row['stream'])}</td><td>{escape(row['kind'])}</td>"
        f'<td class="hash">{row["prev_hash"]}<br>{row["hash"]}</td></tr>'
        for row in chain["rows"]
    )
    return (
        f"<h2>The chain</h2><p>{escape(chain['formula'])}.</p>"
        f"<p>Head then: <span class=hash>{chain['head']['hash']}</span> at fact "
        f"{chain['head']['seq']}. The stored columns stand in the JSON beside this page.</p>"
        f"<table><tr><th>fact</th><th>stream</th><th>kind</th><th>previous hash, hash</th></tr>"
        f"{rows}</table>"
    )


# In chat


def _let_past(overrides: Sequence[Json]) -> list[str]:
    """`Let past a gate: 2 facts say so.`, so that nobody has to look for it."""
    used = [each["text"] for each in overrides if each["kind"] in ("OverrideUsed", "GlassBroken")]
    return [f"⚠ Let past a gate: {'; '.join(used)}."] if used else []


def summary(found: Json) -> Message:
    """What there is, and how to get all of it."""
    release, chain = found["release"], found["chain"]
    deciders = sorted({each["name"] for each in found["decisions"]})
    refused, reloaded = len(found["denials"]), len(found["policy"])
    head = f"{chain['head']['hash'][:12]}… at fact {chain['head']['seq']}"
    lines = [
        f"{_title(release)}. It is {release['in_words']}.",
        *(f"{each['at'][:19]}Z  {each['text']}" for each in found["decisions"]),
        f"Decided by {', '.join(deciders) or 'the bot alone'}.",
        *_let_past(found["overrides"]),
        f"Refused meanwhile: {refused}. Changes of the rules meanwhile: {reloaded}.",
        f"{len(chain['rows'])} facts bear on it; the record ends in {head}.",
        f"The whole of it: slipway audit export --release {release['id']}",
    ]
    return answer("\n".join(lines))
