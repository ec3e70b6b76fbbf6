"""The hash chain: every fact's hash covers all of its columns and the hash of the fact before it.

    hash = hex(SHA-256(prev_hash + "\\n" + canonical))

`canonical` is the canonical JSON (see codec) of the object with the nine keys actor, at, body,
cause, kind, schema, seq, stream, version; `body` is a JSON string that holds the stored text,
`at` the stored text of the instant. The first fact's prev_hash is GENESIS, 64 zeros.

Test vector:

    seq 1, stream "R-142", version 1, kind "ReleaseRequested", schema 1,
    at "2026-11-20T12:00:00.000000Z", actor "U0ANA", cause "",
    body {"float":1.0,"int":1,"service":"café"}
    prev_hash 0000000000000000000000000000000000000000000000000000000000000000

    bytes hashed: prev_hash, a line feed, then
    {"actor":"U0ANA","at":"2026-11-20T12:00:00.000000Z","body":"{\\"float\\":1.0,\\"int\\":1,
    \\"service\\":\\"café\\"}","cause":"","kind":"ReleaseRequested","schema":1,"seq":1,
    "stream":"R-142","version":1}
    (three lines here, one without breaks there; UTF-8)

    hash af792321330cc4f647af39592c9b0c1b422827b511d6da0e8bfd836fc6363383
"""

import json
from collections.abc import Mapping
from hashlib import sha256

GENESIS = "0" * 64

COLUMNS = (
    "seq",
    "stream",
    "version",
    "kind",
    "schema",
    "at",
    "actor",
    "cause",
    "body",
    "prev_hash",
    "hash",
)
NUMBERS = frozenset({"seq", "version", "schema"})
HASHED = tuple(sorted(set(COLUMNS) - {"prev_hash", "hash"}))

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def row_hash(row: Mapping[str, str | int]) -> str:
    """The hash a stored row must have, from its other ten columns. `hash` itself is not read."""
    canonical = _ENCODER.encode({name: row[name] for name in HASHED})
    return sha256(f"{row['prev_hash']}\n{canonical}".encode()).hexdigest()
