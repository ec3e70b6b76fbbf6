"""Secrets are named, read late, and never shown."""

import os
from pathlib import Path

import pytest

from bot.config import Secrets, Slack
from bot.config.vendors import Configured
from tests.config.sample import SourceSettings, raised, read, refusals

SLACK = Slack(announce="#x", bot_token="env:BOT", app_token="env:APP", signing_secret="env:SIGN")
TOKENS = {"BOT": "xoxb-1-abc", "APP": "xapp-1-abc", "SIGN": "c0ffee"}

A_BOT_TOKEN = "a bot token begins with xoxb-: OAuth & Permissions → Bot User OAuth Token"
AN_APP_TOKEN = (
    "an app token begins with xapp-: Basic Information → App-Level Tokens, connections:write"
)


def of_slack(**environ: str) -> list[str]:
    secrets = Secrets(environ={**TOKENS, **environ})
    return [str(each) for each in raised(lambda: secrets.of_slack(SLACK))]


def test_the_tokens_of_slack_are_read() -> None:
    found = Secrets(environ=TOKENS).of_slack(SLACK)
    assert found.bot_token.get_secret_value() == "xoxb-1-abc"
    assert found.signing_secret is not None
    assert found.signing_secret.get_secret_value() == "c0ffee"


def test_no_secret_is_shown() -> None:
    found = Secrets(environ=TOKENS).of_slack(SLACK)
    assert not any(token in f"{found} {found!r} {found.bot_token}" for token in TOKENS.values())


def test_swapped_tokens_are_told_apart() -> None:
    assert of_slack(BOT=TOKENS["APP"], APP=TOKENS["BOT"]) == [
        f"slack.bot_token: env:BOT holds an app token (xapp-); {A_BOT_TOKEN}",
        f"slack.app_token: env:APP holds a bot token (xoxb-); {AN_APP_TOKEN}",
    ]


def test_what_is_no_token_is_not_repeated() -> None:
    said = of_slack(BOT="hunter2", APP="hunter2 xapp-1")
    assert "holds no token" in said[0]
    assert "holds more than a token" in said[1]
    assert "hunter2" not in " ".join(said)


def test_a_missing_variable_is_named() -> None:
    said = [str(each) for each in raised(lambda: Secrets(environ={}).of_slack(SLACK))]
    assert said == [
        f"slack.{key}: the environment variable {name} is not set; set {name} where the bot runs"
        for key, name in (("bot_token", "BOT"), ("app_token", "APP"), ("signing_secret", "SIGN"))
    ]


def test_the_process_s_own_environment_is_the_default() -> None:
    name = next(name for name, value in os.environ.items() if value.strip())
    found = Secrets().secret(f"env:{name}")
    assert found.get_secret_value() == os.environ[name].strip()


def test_an_empty_variable_is_refused() -> None:
    (said,) = raised(lambda: Secrets(environ={"A": " "}).secret("env:A"))
    assert str(said) == '"env:A" is empty; fill it in'


def test_a_file_is_read_beside_the_config(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    assert Secrets(tmp_path).secret("file:token").get_secret_value() == "s3cret"
    absolute = f"file:{tmp_path / 'token'}"
    assert Secrets().secret(absolute).get_secret_value() == "s3cret"


@pytest.mark.parametrize("name", ["absent", ".", "binary"])
def test_a_file_that_holds_no_secret_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (said,) = raised(lambda: Secrets(tmp_path).secret(f"file:{name}"))
    assert f'"{name}"' in said.sentence


@pytest.mark.parametrize("key", ["bot_token", "app_token", "signing_secret"])
@pytest.mark.parametrize("secret", ["xoxb-12345-secret", "c0ffeec0ffee", "env:xoxb-12345-secret"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(key: str, secret: str) -> None:
    said = " ".join(refusals({f"slack.{key}": secret}))
    assert f"slack.{key}: a secret is written in the file; put it in the environment" in said or (
        secret.startswith("env:") and f"slack.{key}: " in said
    )
    assert "12345" not in said
    assert "c0ffee" not in said


def test_a_reference_without_a_name_is_refused() -> None:
    assert 'slack.bot_token: "env:" names no secret' in refusals({"slack.bot_token": "env:"})[0]


def opened_as(token: str, **environ: str) -> SourceSettings:
    settings = prometheus(token).opened(Secrets(environ=environ))
    assert isinstance(settings, SourceSettings)
    return settings


def prometheus(token: str) -> Configured:
    changes = {"integrations.prom.token": token, "integrations.prom.sealed": "env:B"}
    return read(changes).integrations["prom"]


def test_a_vendor_s_secrets_are_read_when_it_is_opened() -> None:
    settings = opened_as("env:A", A="s3cret", B="b")
    assert settings.token == "s3cret"
    assert settings.sealed is not None
    assert settings.sealed.get_secret_value() == "b"
    assert "s3cret" not in repr(prometheus("env:A"))


def test_a_vendor_s_missing_secret_is_named_by_key() -> None:
    (said,) = raised(lambda: opened_as("env:A", B="b"))
    assert str(said).startswith("integrations.prom.token: the environment variable A is not set")


def test_a_vendor_cannot_repeat_a_secret() -> None:
    config = read({"integrations.prom.url": "env:URL://"})
    assert "prom" in config.integrations
    filled = config.integrations["prom"]
    (said,) = raised(lambda: opened_url(filled))
    assert "s3cret" not in str(said)
    assert said.path == "integrations.prom.url"


def opened_url(configured: Configured) -> None:
    table = {**configured.table, "url": "env:URL"}
    Configured(
        name="prom",
        integration=configured.integration,
        settings=configured.settings,
        table=table,
    ).opened(Secrets(environ={"URL": "s3cret"}))


def test_words_of_a_command_line_are_never_filled() -> None:
    words = ["./apply.sh", "file:secret", "env:HOME"]
    assert Secrets(environ={}).filled({"apply": words}) == {"apply": words}
