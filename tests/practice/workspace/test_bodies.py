"""How a call may be written: JSON, form, query; bearer or parameter token."""

import json
from typing import Any

import pytest

from tests.practice.workspace.helpers import Driver, section

BEARER = {"Authorization": "Bearer xoxb-practice"}
POST = {"channel": "C0SHOP", "text": "x"}


async def call(driver: Driver, method: str, verb: str = "POST", **how: Any) -> tuple[int, Any]:
    """One raw HTTP request to the Web API."""
    url = f"{driver.served.api_url}{method}"
    async with driver.http.request(verb, url, **how) as answer:
        return answer.status, await answer.json()


async def test_a_form_carries_blocks_as_text(driver: Driver) -> None:
    form = POST | {"token": "xoxb-practice", "blocks": json.dumps([section("a")])}
    _, body = await call(driver, "chat.postMessage", data=form)
    assert body["message"]["blocks"][0]["text"]["text"] == "a"


async def test_a_read_method_takes_get(driver: Driver) -> None:
    _, body = await call(driver, "users.info", "GET", params={"user": "U0MEI"}, headers=BEARER)
    assert body["user"]["name"] == "mei"


async def test_a_write_method_takes_no_get(driver: Driver) -> None:
    status, body = await call(driver, "chat.postMessage", "GET", params=POST, headers=BEARER)
    assert (status, body["error"]) == (405, "method_not_allowed")


async def test_a_read_method_ignores_json_and_the_journal_says_so(driver: Driver) -> None:
    _, body = await call(driver, "users.info", json={"user": "U0MEI"}, headers=BEARER)
    assert body["error"] == "invalid_arguments"
    assert "ignores a JSON body" in (await driver.entries("request"))[-1]["notes"][0]


async def test_a_token_inside_json_opens_nothing(driver: Driver) -> None:
    _, body = await call(driver, "chat.postMessage", json=POST | {"token": "xoxb-practice"})
    assert body["error"] == "not_authed"


@pytest.mark.parametrize(
    ("body", "error"),
    [("{", "invalid_json"), ("[1]", "json_not_object"), ("[" * 100_000, "invalid_json")],
)
async def test_a_broken_body_is_named(driver: Driver, body: str, error: str) -> None:
    headers = BEARER | {"Content-Type": "application/json"}
    _, found = await call(driver, "chat.postMessage", data=body, headers=headers)
    assert found["error"] == error


async def test_a_foreign_content_type_is_refused(driver: Driver) -> None:
    headers = BEARER | {"Content-Type": "text/plain"}
    _, found = await call(driver, "chat.postMessage", data="x", headers=headers)
    assert found["error"] == "invalid_post_type"


async def test_tokens_never_reach_the_journal(driver: Driver) -> None:
    await call(driver, "auth.test", data={"token": "xoxb-practice"})
    await call(driver, "auth.test", data={"token": "xoxb-stolen"})
    await call(driver, "auth.test", headers=BEARER)
    entries = await driver.entries("request")
    assert [entry["token"] for entry in entries] == ["bot", "unknown", "bot"]
    assert "xoxb" not in json.dumps(entries)


async def test_a_page_of_another_site_cannot_drive_it(driver: Driver) -> None:
    url = f"{driver.served.url}/control/reset"
    async with driver.http.post(url, headers={"Origin": "http://evil.example"}) as answer:
        assert answer.status == 403
    async with driver.http.post(url, headers={"Origin": driver.served.url}) as answer:
        assert answer.status == 200
