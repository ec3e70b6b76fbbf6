"""Who signed a request: keys by name, a signature that is good for five minutes.

The signed text is `v1:<timestamp>:<METHOD>:<path?query>:<sha256 of the body, hex>`, and where an
Idempotency-Key is sent `:<key>` follows: a copied request under another key is another request.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final

from bot.config import ApiTable, ConfigError, Problem, Secrets

TIMESTAMP: Final = "X-Slipway-Timestamp"
SIGNATURE: Final = "X-Slipway-Signature"
IDEMPOTENCY: Final = "Idempotency-Key"
WINDOW: Final = 300.0
"""Seconds a signature is good for, either way."""
SHORTEST: Final = 16
"""Characters of a secret, at least."""
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Keys:
    """Secrets by name of the key."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = {name: secret.encode() for name, secret in secrets.items()}

    def signer(
        self, headers: Mapping[str, str], method: str, path: str, body: bytes, now: float
    ) -> str | None:
        """The name of the key that signed this; None where none did. Never raises."""
        stamp = headers.get(TIMESTAMP, "")
        if _SECONDS.fullmatch(stamp) is None or abs(now - int(stamp)) > WINDOW:
            return None
        text = signed_text(stamp, method, path, body, headers.get(IDEMPOTENCY))
        given = headers.get(SIGNATURE, "").encode("utf-8", "surrogateescape")
        # Every key is tried to the end: how long it takes tells nothing.
        found = [name for name, key in self._secrets.items() if is_of(key, text, given)]
        return found[0] if found else None


def signed_text(stamp: str, method: str, path: str, body: bytes, idempotency: str | None) -> bytes:
    parts = ["v1", stamp, method, path, hashlib.sha256(body).hexdigest()]
    parts += [] if idempotency is None else [idempotency]
    return ":".join(parts).encode("utf-8", "surrogateescape")


def is_of(key: bytes, text: bytes, given: bytes) -> bool:
    return hmac.compare_digest(signature(key, text).encode(), given)


def signature(key: bytes, text: bytes) -> str:
    return "v1=" + hmac.new(key, text, hashlib.sha256).hexdigest()


def keys_of(api: ApiTable, secrets: Secrets) -> Keys:
    """The keys with their secrets.

    Raises ConfigError where one is missing, too short, or the same as another's.
    """
    found: dict[str, str] = {}
    for name, key in api.keys.items():
        where = ("api", "keys", name, "secret")
        secret = secrets.secret(key.secret, where).get_secret_value()
        if len(secret) < SHORTEST:
            raise _unfit(where, f"it has fewer than {SHORTEST} characters")
        if secret in found.values():
            raise _unfit(where, "another key has the same")
        found[name] = secret
    return Keys(found)


def _unfit(where: tuple[str, ...], why: str) -> ConfigError:
    remedy = "make a new one with: openssl rand -hex 32"
    return ConfigError([Problem(keys=where, sentence=f"the secret is unfit: {why}", remedy=remedy)])
