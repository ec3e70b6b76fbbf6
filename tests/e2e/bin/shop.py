"""What a team's own deploy script may look like; run by the `command` deployer in the tests.

shop.py apply  SERVICE ENVIRONMENT REVISION WEIGHT     the key stands in SLIPWAY_KEY
shop.py observe SERVICE ENVIRONMENT
shop.py find   SERVICE ENVIRONMENT
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

FLEET = os.environ["SHOP_FLEET"]


def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(FLEET + path, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def apply(service: str, environment: str, revision: str, weight: str) -> None:
    call(
        "PUT",
        f"/fleet/{service}/{environment}",
        {
            "key": os.environ["SLIPWAY_KEY"],
            "revision": revision,
            "stable": os.environ.get("SLIPWAY_STABLE") or None,
            "weight": int(weight),
        },
    )


def observe(service: str, environment: str) -> None:
    seen = call("GET", f"/fleet/{service}/{environment}")
    print(json.dumps({"revisions": seen["revisions"], "settled": seen["settled"]}))


def find(service: str, environment: str) -> None:
    key = os.environ["SLIPWAY_KEY"]
    found = call("GET", f"/fleet/{service}/{environment}/find?key={key}")
    print(json.dumps({"found": found["found"]}))


WORDS: dict[str, Callable[..., None]] = {"apply": apply, "observe": observe, "find": find}

if __name__ == "__main__":
    try:
        WORDS[sys.argv[1]](*sys.argv[2:])
    except urllib.error.HTTPError as error:
        print(json.load(error)["sentence"], file=sys.stderr)
        sys.exit(1)
