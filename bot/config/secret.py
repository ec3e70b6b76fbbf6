"""Secrets: named in the file, read when they are needed, never shown."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.config import fields
from bot.config.errors import ConfigError, Findings, KeyPath, Problem, wrong
from bot.config.house_models import Slack
from bot.config.words import TOKEN_SHAPES, show_value

LARGEST = 65_536
APP_TOKEN = "Basic Information → App-Level Tokens, connections:write"
BOT_TOKEN = "OAuth & Permissions → Bot User OAuth Token"
_KINDS = {
    "xoxb-": "a bot token (xoxb-)",
    "xapp-": "an app token (xapp-)",
    "xoxp-": "a user token (xoxp-)",
    "xoxe": "a token that expires (xoxe)",
}
_SECRET_KEY = re.compile(r"(?:.*_)?(?:token|secret|password|passphrase|api_?key)s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSecrets:
    """What the Slack app signs in with; None where the config names none."""

    bot_token: SecretStr
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """Reads secrets by name. A relative `file:` is looked for in `folder`, the config's own."""

    folder: Path = Path()
    environ: Mapping[str, str] | None = None

    def secret(self, reference: str, keys: KeyPath = ()) -> SecretStr:
        """The value of `env:NAME` or `file:PATH`.

        Raises ConfigError, naming the variable or the file, where there is none.
        """
        kind, _, where = reference.partition(":")
        value = (self._variable if kind == "env" else self._file)(where, keys).strip()
        if not value:
            raise wrong(keys, f"{show_value(reference)} is empty", "fill it in")
        return SecretStr(value)

    def _variable(self, name: str, keys: KeyPath) -> str:
        value = (os.environ if self.environ is None else self.environ).get(name)
        if value is None:
            sentence = f"the environment variable {name} is not set"
            raise wrong(keys, sentence, f"set {name} where the bot runs")
        return value

    def _file(self, name: str, keys: KeyPath) -> str:
        path = self.folder / name
        try:
            if not path.is_file():
                raise wrong(keys, f"there is no file {show_value(name)}", "put the secret there")
            with path.open(encoding="utf-8") as file:
                return file.read(LARGEST)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            sentence = f"{show_value(name)} cannot be read: {why}"
            raise wrong(keys, sentence, "check the file and its rights") from None

    def of_slack(self, slack: Slack) -> SlackSecrets:
        """Every secret of [slack]; tokens of the wrong kind are refused by what they are."""
        found = Findings()
        bot = found.attempt(lambda: self._token(slack.bot_token, "bot_token"))
        app = found.attempt(lambda: self._token(slack.app_token, "app_token"))
        keys = ("slack", "signing_secret")
        name = slack.signing_secret
        signing = found.attempt(lambda: self.secret(name, keys) if name else None)
        if found.problems or bot is None:
            raise ConfigError(found.problems)
        return SlackSecrets(bot_token=bot, app_token=app, signing_secret=signing)

    def _token(self, reference: str | None, key: str) -> SecretStr | None:
        if reference is None:
            return None
        keys: KeyPath = ("slack", key)
        token = self.secret(reference, keys)
        if len(token.get_secret_value().split()) > 1:
            raise wrong(
                keys, f"{show_value(reference)} holds more than a token", "keep the token only"
            )
        if problem := _mistaken(token.get_secret_value(), reference, key):
            raise ConfigError([problem])
        return token

    def filled(self, value: Any, keys: KeyPath = ()) -> Any:
        """A table with every named secret in place of its name; lists stay as they are.

        Words of a command line are lists, and a secret has no place there.
        """
        if isinstance(value, dict):
            return {key: self.filled(each, (*keys, key)) for key, each in value.items()}
        if fields.is_reference(value):
            return self.secret(value.strip(), keys).get_secret_value()
        return value


def _mistaken(token: str, reference: str, key: str) -> Problem | None:
    begins, wanted, where = {
        "bot_token": ("xoxb-", "a bot token", BOT_TOKEN),
        "app_token": ("xapp-", "an app token", APP_TOKEN),
    }[key]
    if token.startswith(begins):
        return None
    held = next((what for start, what in _KINDS.items() if token.startswith(start)), "no token")
    sentence = f"{reference} holds {held}"
    remedy = f"{wanted} begins with {begins}: {where}"
    return Problem(keys=("slack", key), sentence=sentence, remedy=remedy)


def written_out(value: Any, keys: KeyPath, by_name: bool = False) -> Iterator[Problem]:
    """Secrets that stand in the file itself: by their shape, and `by_name` of their key too."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from written_out(each, (*keys, key), by_name)
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from written_out(each, (*keys, index), by_name)
    named = by_name and bool(keys) and _SECRET_KEY.fullmatch(_last_word(keys)) is not None
    if isinstance(value, str) and _is_secret(value, named):
        yield literal(keys)


def literal(keys: KeyPath) -> Problem:
    """A secret stands in the file at this key."""
    refusal = fields.literal_secret()
    return Problem(keys=keys, sentence=refusal.sentence, remedy=refusal.remedy)


def _last_word(keys: KeyPath) -> str:
    return next((key for key in reversed(keys) if isinstance(key, str)), "")


def _is_secret(value: str, named: bool) -> bool:
    if fields.is_reference(value):
        return False
    return named or TOKEN_SHAPES.search(value) is not None
