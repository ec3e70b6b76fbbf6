"""What the API answers, as JSON Schema: closed objects, every field always there."""

from typing import Any, Final

Json = dict[str, Any]

WORDS: Final[Json] = {"type": "string"}
NUMBER: Final[Json] = {"type": "number"}
COUNT: Final[Json] = {"type": "integer", "minimum": 0}
TRUTH: Final[Json] = {"type": "boolean"}
INSTANT: Final[Json] = {"type": "string", "format": "date-time"}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def maybe(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def closed(**fields: Json) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": fields,
        "required": list(fields),
    }


def many(schema: Json) -> Json:
    return {"type": "array", "items": schema}


def words(*known: str) -> Json:
    return {"type": "string", "enum": list(known)}


STATES: Final = words(
    "requested",
    "preflight",
    "polling",
    "shifting",
    "baking",
    "gated",
    "held",
    "finishing",
    "succeeded",
    "rolling_back",
    "stuck",
    "rolled_back",
    "rejected",
    "cancelled",
)
SUMMARY: Final[Json] = {
    "id": WORDS,
    "service": WORDS,
    "environment": WORDS,
    "version": WORDS,
    "kind": words("start", "promote", "rollback"),
    "state": STATES,
    "live": TRUTH,
    "step": COUNT,
    "steps": COUNT,
    "requested_by": WORDS,
    "requested_at": INSTANT,
    "changed_at": INSTANT,
    "ended_at": maybe(INSTANT),
    "certified": TRUTH,
}
RUNNING: Final = closed(version=WORDS, revision=WORDS)
STEP: Final = closed(weight=NUMBER, mirror=NUMBER, bake_seconds=NUMBER, asks_a_person=TRUTH)
HELD: Final = closed(hold=WORDS, because=WORDS, by=WORDS, since=INSTANT, until=maybe(INSTANT))
WAY_BACK: Final = closed(
    cause=WORDS,
    because=WORDS,
    by=WORDS,
    decided_at=INSTANT,
    deadline=INSTANT,
    back_at=maybe(INSTANT),
    confirmed=maybe(TRUTH),
)
VERDICT: Final = closed(
    check=WORDS,
    outcome=words("pass", "fail", "inconclusive", "no_data"),
    because=WORDS,
    canary=maybe(NUMBER),
    baseline=maybe(NUMBER),
    canary_requests=NUMBER,
    baseline_requests=NUMBER,
)
REFUSAL: Final = closed(code=WORDS, sentence=WORDS, remedy=WORDS)

SCHEMAS: Final[Json] = {
    "Refusal": REFUSAL,
    "Done": closed(sentence=WORDS, release=WORDS),
    "Summary": closed(**SUMMARY),
    "Releases": closed(releases=many(ref("Summary"))),
    "Release": closed(
        **SUMMARY,
        because=WORDS,
        revision=WORDS,
        running=maybe(RUNNING),
        stable=maybe(RUNNING),
        plan=many(STEP),
        watched_seconds=NUMBER,
        holds=many(HELD),
        not_ready=many(REFUSAL),
        way_back=maybe(WAY_BACK),
        verdicts=many(VERDICT),
        timeline=many(closed(at=INSTANT, fact=WORDS, sentence=WORDS)),
    ),
}
