"""Our requests, and the answers our double gives, against Prometheus' own API description.

Objects are closed: what the description does not name is a failure.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.fakes.web import http_core, serving
from tests.integrations.prometheus.world import Api, Asked, Server, error, vector

DESCRIPTION = Path(__file__).parents[4] / "shared" / "specs" / "prometheus-openapi.yaml"

pytestmark = pytest.mark.skipif(
    not DESCRIPTION.exists(),
    reason="Prometheus' API description is not beside this checkout, at ../shared/specs",
)


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(DESCRIPTION.read_text(), Loader=yaml.CSafeLoader)
    return read


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    server = Server()
    async with serving(server.answer) as url, http_core(url) as http:
        yield Api(http, url, server)


def schema(description: dict[str, Any], name: str) -> dict[str, Any]:
    """One named schema that can look up the others."""
    return {
        "$ref": f"#/components/schemas/{name}",
        "components": description["components"],
    }


def check_request(description: dict[str, Any], asked: Asked) -> None:
    path = asked.path.removeprefix("/api/v1")
    operation = description["paths"][path][asked.method.lower()]
    if asked.method == "POST":
        content = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
        name = content["schema"]["$ref"].rpartition("/")[2]
        closed = schema(description, name)
        assert description["components"]["schemas"][name]["additionalProperties"] is False
        jsonschema.validate(asked.form, closed)


async def test_every_request_is_described(api: Api, description: dict[str, Any]) -> None:
    await api.source.measure(api.query, await api.tick(5))
    await api.source.check()
    asked = [each for each in api.server.asked if each.path.startswith("/api/")]
    assert {each.path for each in asked} == {"/api/v1/query", "/api/v1/status/buildinfo"}
    for each in asked:
        check_request(description, each)


def test_a_word_that_is_not_described_would_be_seen(description: dict[str, Any]) -> None:
    asked = Asked("POST", "/api/v1/query", {"query": "up", "at": "1"}, {})
    with pytest.raises(jsonschema.ValidationError):
        check_request(description, asked)


@pytest.mark.parametrize(
    "answer",
    [
        vector(({"le": "+Inf"}, "5")),
        vector(),
        vector(({}, "1"), warnings=["a"], infos=["b"]),
        {"status": "success", "data": {"resultType": "scalar", "result": [1795176000, "42"]}},
    ],
)
def test_our_answers_are_described(description: dict[str, Any], answer: Any) -> None:
    jsonschema.validate(answer, schema(description, "QueryOutputBody"))


def test_our_errors_are_described(description: dict[str, Any]) -> None:
    body = error("bad_data", "no", 400).text
    assert body is not None
    jsonschema.validate(yaml.safe_load(body), schema(description, "Error"))


async def test_the_describers_own_examples_can_be_read(
    api: Api, description: dict[str, Any]
) -> None:
    content = description["paths"]["/query"]["post"]["responses"]["200"]["content"]
    examples = content["application/json"]["examples"]
    assert await api.values(examples["vectorResult"]["value"]) == [1, 1]
    assert await api.values(examples["scalarResult"]["value"]) == [42]
