"""The query API over real HTTP: requests as the official description has them, answers of all
kinds."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.ports.http import HttpError, Request, Response
from bot.ports.outcomes import AccessDenied, IntegrationError, Nonsense, NotFound, Unavailable
from integrations.prometheus import INTEGRATION
from integrations.prometheus.answer import points
from integrations.prometheus.proof import proofs as proofs_of
from integrations.prometheus.settings import PrometheusSettings
from tests.contracts.metrics import CountsContract, MetricsContract
from tests.fakes.clock import FakeClock
from tests.fakes.web import http_core, serving
from tests.integrations.prometheus.world import Api, Server, error, vector


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    server = Server()
    async with serving(server.answer) as url, http_core(url) as http:
        yield Api(http, url, server)


class TestPrometheus(MetricsContract, CountsContract):
    @pytest.fixture
    async def world(self, api: Api) -> Api:
        return api


async def test_the_question_is_about_the_end_of_the_window(api: Api) -> None:
    await api.source.measure(api.query, await api.tick(5))
    (asked,) = api.server.asked
    assert (asked.method, asked.path) == ("POST", "/api/v1/query")
    assert asked.form == {
        "query": api.query,
        "time": "2026-11-20T12:01:00.000Z",
        "timeout": "1s",
    }


async def test_labels_come_with_their_numbers(api: Api) -> None:
    api.server.answers = [(200, vector(({"le": "0.1"}, "12"), ({"le": "+Inf"}, "13.5")))]
    samples = await api.source.measure(api.query, await api.tick(0))
    assert [(dict(point.labels), point.value) for point in samples.points] == [
        ({"le": "0.1"}, 12.0),
        ({"le": "+Inf"}, 13.5),
    ]


async def test_a_scalar_is_a_number_too(api: Api) -> None:
    scalar = {"resultType": "scalar", "result": [1795176000, "42"]}
    assert await api.values({"status": "success", "data": scalar}) == [42]


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "1e999"])
async def test_one_value_that_is_no_number_makes_it_no_data(api: Api, value: str) -> None:
    assert await api.values(vector(({"le": "1"}, value), ({"le": "+Inf"}, "5"))) == []


async def test_a_value_that_is_no_number_proves_no_zero(api: Api) -> None:
    """D1: one series of several is NaN, and nothing else is asked to make a zero of it."""
    api.server.answers = [(200, vector(({"pod": "a"}, "50"), ({"pod": "b"}, "NaN")))]
    samples = await api.source.measure(api.query, await api.tick(5))
    assert (samples.points, samples.proves_zero, len(api.server.asked)) == ((), False, 1)


ERRORS = 'sum(increase(http_requests_total{track="canary",code=~"5.."}[60s]))'


@pytest.mark.parametrize(
    ("proofs", "zero"),
    [
        ([vector(({}, "3"))], True),
        ([vector(), vector(({}, "3"))], True),
        ([vector(), vector()], False),
        ([vector(({}, "NaN")), vector()], False),
    ],
)
async def test_no_errors_are_zero_where_the_metric_is_seen(
    api: Api, proofs: list[Any], zero: bool
) -> None:
    """D1: the same question without the code, then without any label."""
    api.server.answers = [(200, each) for each in (vector(), *proofs)]
    samples = await api.source.measure(ERRORS, await api.tick(5))
    assert (samples.points, samples.proves_zero) == ((), zero)
    asked = [each.form["query"] for each in api.server.asked][1:]
    assert asked == list(proofs_of(ERRORS))[: len(proofs)]
    assert {each.form["time"] for each in api.server.asked} == {"2026-11-20T12:01:00.000Z"}


async def test_a_proof_that_fails_is_a_gap(api: Api) -> None:
    """D1: what could not be asked proves nothing."""
    api.server.answers = [(200, vector()), (503, error("timeout", "too slow", 503))]
    with pytest.raises(Unavailable):
        await api.source.measure(ERRORS, await api.tick(5))


@pytest.mark.parametrize(
    "value", ["-1", "1e300", "1_000", "", "five", "9" * 200, None, 5, True, [], "0x10"]
)
async def test_a_value_that_is_no_count_is_nonsense(api: Api, value: Any) -> None:
    with pytest.raises(Nonsense):
        await api.values(vector(({}, value)))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        "up",
        None,
        {"status": "success"},
        {"status": "maybe", "data": {"resultType": "vector", "result": []}},
        {"status": "success", "data": {"resultType": "vector"}},
        {"status": "success", "data": {"resultType": "vector", "result": {}}},
        {"status": "success", "data": {"resultType": "vector", "result": [1]}},
        {"status": "success", "data": {"resultType": "vector", "result": [{"value": [1, "2"]}]}},
        {"status": "success", "data": {"resultType": "matrix", "result": []}},
        {"status": "success", "data": {"resultType": "string", "result": [1, "a"]}},
        {"status": "success", "data": {"resultType": [], "result": []}},
        {"status": "success", "data": {"resultType": "scalar", "result": ["42"]}},
        {
            "status": "success",
            "data": {
                "resultType": "vector",
                "result": [{"metric": {}, "histogram": [1, {"count": "1", "sum": "2"}]}],
            },
        },
        vector(({"a": 1}, "1")),  # type: ignore[dict-item]
        vector(*[({"pod": str(n)}, "1") for n in range(10_001)]),
    ],
)
async def test_an_answer_that_is_none_is_nonsense(api: Api, answer: Any) -> None:
    with pytest.raises(Nonsense, match=r"^Prometheus at http://127\.0\.0\.1:\d+ "):
        await api.values(answer)


async def test_a_warning_makes_a_partial_answer_a_gap(api: Api) -> None:
    with pytest.raises(Unavailable, match="answered in part: store 2 of 3 is away"):
        await api.values(vector(({}, "5"), warnings=["store 2 of 3 is away"]))


async def test_a_doubt_of_the_server_is_a_gap(api: Api) -> None:
    with pytest.raises(Nonsense, match="doubts its own answer: PromQL info: ignored histograms"):
        await api.values(vector(({}, "5"), infos=["PromQL info: ignored histograms in a range"]))


async def test_a_remark_about_a_name_is_none(api: Api) -> None:
    remark = 'PromQL info: metric might not be a counter, name does not end in _total: "hits"'
    assert await api.values(vector(({}, "5"), infos=[remark])) == [5]


@pytest.mark.parametrize(
    ("kind", "status", "raised"),
    [
        ("bad_data", 400, Nonsense),
        ("execution", 422, Nonsense),
        ("timeout", 503, Unavailable),
        ("canceled", 499, Unavailable),
        ("unavailable", 503, Unavailable),
        ("internal", 500, Unavailable),
        ("bad_data", 200, Nonsense),
    ],
)
async def test_an_error_is_told_in_the_servers_words(
    api: Api, kind: str, status: int, raised: type[IntegrationError]
) -> None:
    api.server.answers = [(status, error(kind, "parse error:\nunexpected )", status))]
    with pytest.raises(raised, match=rf"parse error: unexpected \) \({kind}\)"):
        await api.source.measure(api.query, await api.tick(0))


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (302, Nonsense),
        (401, AccessDenied),
        (403, AccessDenied),
        (404, NotFound),
        (429, Unavailable),
        (500, Unavailable),
        (502, Unavailable),
        (418, Nonsense),
    ],
)
async def test_a_status_of_somebody_in_between_is_told_apart(
    api: Api, status: int, raised: type[IntegrationError]
) -> None:
    api.server.answers = [(status, web.Response(status=status, text="<html>"))]
    with pytest.raises(raised, match=f"answered {status}"):
        await api.source.measure(api.query, await api.tick(0))


async def test_a_question_is_put_once(api: Api) -> None:
    api.server.answers = [(503, error("unavailable", "not yet", 503))]
    with pytest.raises(Unavailable):
        await api.source.measure(api.query, await api.tick(0))
    assert len(api.server.asked) == 1


async def test_a_server_that_only_speaks_the_api_can_be_pinged(api: Api) -> None:
    api.server.answers = [(404, web.Response(status=404))]
    await api.source.ping()
    assert [asked.path for asked in api.server.asked] == ["/-/ready", "/api/v1/query"]


async def test_check_names_the_version(api: Api) -> None:
    assert (await api.source.check()).endswith("answers queries and is version 2.42.0")


async def test_check_is_content_without_a_version(api: Api) -> None:
    api.server.answers = [(200, vector(({}, "1"))), (404, web.Response(status=404))]
    assert (await api.source.check()).endswith("answers queries")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"token": "hush"}, "Bearer hush"),
        ({"user": "ana", "password": "hush"}, "Basic YW5hOmh1c2g="),
        ({}, None),
    ],
)
async def test_credentials_are_sent_and_not_shown(
    told: dict[str, str], expected: str | None
) -> None:
    server = Server()
    async with serving(server.answer) as url, http_core(url) as http:
        settings = INTEGRATION.settings.model_validate({"url": url, "tenant": "shop", **told})
        parts = INTEGRATION.build(settings, http, FakeClock())
        assert parts.metrics
        await parts.metrics.ping()
    (asked,) = server.asked
    assert (asked.headers.get("Authorization"), asked.headers["X-Scope-OrgID"]) == (
        expected,
        "shop",
    )
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("http://prom/", "http://prom/api/v1/query"),
        ("https://host/prometheus", "https://host/prometheus/api/v1/query"),
        ("http://prom/api/v1/", "http://prom/api/v1/query"),
    ],
)
async def test_a_prefix_is_kept(url: str, called: str) -> None:
    asked: list[str] = []

    class Away:
        async def call(self, request: Request) -> Response:
            asked.append(request.url)
            raise HttpError("nobody listens there", sent=False)

    parts = INTEGRATION.build(PrometheusSettings(url=url), Away(), FakeClock())
    assert parts.check
    with pytest.raises(Unavailable):
        await parts.check()
    assert asked == [called]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"url": "prom:9090"},
        {"url": "http://ana:hush@prom/"},
        {"url": "http://prom/?x=1"},
        {"url": "http://prom/", "token": "a", "user": "b", "password": "c"},
        {"url": "http://prom/", "user": "b"},
        {"url": "http://prom/", "deadline": "10"},
        {"url": "http://prom/", "tokn": "a"},
    ],
)
def test_settings_that_cannot_work_are_refused(told: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="PrometheusSettings"):
        PrometheusSettings.model_validate(told)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["status", "data", "resultType", "result", "metric", "value", "a"]), inner
    ),
    max_leaves=10,
)  # fmt: skip


@given(JSON, JSON)
def test_no_answer_breaks_the_reader(answer: Any, inner: Any) -> None:
    wrapped = {"status": "success", "data": {"resultType": "vector", "result": inner}}
    for each in (answer, wrapped, json.loads(json.dumps(wrapped))):
        try:
            read = points(each, "Prometheus")
        except IntegrationError:
            continue
        assert all(0 <= point.value < float("inf") for point in read)
