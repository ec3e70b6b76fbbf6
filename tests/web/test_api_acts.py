"""Acts over HTTP: one effect each, by the same gate as typed words, answered in JSON."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.door.grammar import Parsed, parse, same_version
from bot.web.api_acts import ACTS, Act, words
from bot.web.api_fields import VERSION, reason
from commands import COMMANDS
from tests.engine.rig import Failing, Group, Rig, lenient
from tests.engine.spoken import WORLD, speaking
from tests.web.world import world

SPOKEN = speaking(WORLD, COMMANDS)
TRICKY = "<@U0RUI|rui> said &lt; to <https://x.example|this> & more? to staging"
V143 = {"service": "checkout", "version": "v1.4.3", "environment": "prod"}


async def idle() -> Rig:
    """checkout in prod with a certified version and nothing live."""
    rig = Rig(lenient())
    await rig.adopt()
    return rig


async def test_a_release_is_started_by_the_key_that_signed() -> None:
    async with world(await idle()) as here:
        answer = await here.post("/releases", {**V143, "because": TRICKY})
        release = await here.rig.release()
    assert (answer.status, answer.body["release"]) == (201, "R-1")
    assert (release.requested_by, release.name) == ("api:ci", "v1.4.3")
    assert release.because == TRICKY


@pytest.mark.parametrize(
    ("verb", "body", "kind"),
    [
        ("pause", {"for": "30m", "because": "odd log lines"}, "Paused"),
        ("promote", {"early": True, "because": "fix for INC-77"}, "Promoted"),
        ("promote", {"early": True, "because": "fix", "step": 1}, "Promoted"),
        ("rollback", None, "RollbackDecided"),
        ("abort", {"because": "wrong version"}, "RollbackDecided"),
    ],
)
async def test_every_act_on_a_release(verb: str, body: object, kind: str) -> None:
    async with world() as here:
        answer = await here.post(f"/releases/R-1/{verb}", body)
        assert answer.status == 200, answer.body
        assert kind in await here.kinds()


async def test_a_paused_release_goes_on() -> None:
    async with world() as here:
        await here.post("/releases/R-1/pause")
        answer = await here.post("/releases/R-1/resume")
        assert (answer.status, answer.body["release"]) == (200, "R-1")
        assert "LastHoldLifted" in await here.kinds()


async def test_a_service_is_rolled_back_by_its_place() -> None:
    async with world() as here:
        answer = await here.post("/services/checkout/prod/rollback", {"because": "smoke test"})
        assert answer.status == 200, answer.body
        assert (await here.kinds())[-1] == "RollbackDecided"


async def test_an_ended_release_is_taken_back_without_a_click() -> None:
    rig = Rig(lenient())
    await rig.adopt(version="v1.4.0")
    await rig.adopt(version="v1.4.1")
    async with world(rig) as here:
        answer = await here.post("/services/checkout/prod/rollback")
        assert (answer.status, await here.kinds()) == (200, ["RollbackRequested"]), answer.body


async def test_a_late_promote_sends_nobody_two_steps_on() -> None:
    async with world() as here:
        answer = await here.post(
            "/releases/R-1/promote", {"step": 2, "early": True, "because": "late"}
        )
        assert answer.status == 409
        assert "Promoted" not in await here.kinds()


# ---------------------------------------------------------------- one effect


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing() -> None:
    async with world() as here:
        first = await here.post("/releases/R-1/pause", {"because": "x"}, key="P1")
        seen = len(await here.events())
        again = await here.post("/releases/R-1/pause", {"because": "x"}, key="P1")
        assert (first.status, first.body) == (again.status, again.body)
        assert len(await here.events()) == seen


async def test_the_same_request_at_the_same_time_is_one_act() -> None:
    async with world(await idle()) as here:
        many = [here.post("/releases", V143, key="S1") for _ in range(5)]
        answers = await asyncio.gather(*many)
        assert {(each.status, each.body["release"]) for each in answers} == {(201, "R-1")}
        assert (await here.kinds()).count("ReleaseRequested") == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/releases/R-1/pause", {"because": "y"}),
        ("/releases/R-1/rollback", {"because": "x"}),
    ],
)
async def test_the_same_key_with_another_request_does_nothing(path: str, body: object) -> None:
    async with world() as here:
        await here.post("/releases/R-1/pause", {"because": "x"}, key="P1")
        seen = len(await here.events())
        answer = await here.post(path, body, key="P1")
        assert (answer.status, answer.body["code"]) == (409, "OTHER_REQUEST")
        assert len(await here.events()) == seen


async def test_two_callers_may_have_the_same_idempotency_key() -> None:
    async with world() as here:
        await here.post("/releases/R-1/pause", key="P1", by="ci")
        answer = await here.post("/releases/R-1/resume", key="P1", by="guest")
        assert answer.status == 200


async def test_a_refusal_is_repeated_even_where_it_would_now_be_granted() -> None:
    async with world() as here:
        refusals = [await here.post("/releases/R-1/resume", key=f"R{n}") for n in range(9)]
        await here.post("/releases/R-1/pause")
        again = [await here.post("/releases/R-1/resume", key=f"R{n}") for n in range(9)]
        assert [each.body for each in again] == [each.body for each in refusals]
        assert "LastHoldLifted" not in await here.kinds()


async def test_an_answer_outlives_the_process() -> None:
    async with world() as here:
        first = await here.post("/releases/R-1/pause", key="P1")
        rig = Rig(lenient(), store=here.rig.store)
        async with world(rig) as after:
            again = await after.post("/releases/R-1/pause", key="P1")
            other = await after.post("/releases/R-1/rollback", key="P1")
    assert again.body == first.body
    assert other.body["code"] == "OTHER_REQUEST"


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/releases", V143, 409, "ALREADY_LIVE"),
        ("/releases", {**V143, "service": "chekout"}, 404, "UNKNOWN_SERVICE"),
        ("/releases", {**V143, "environment": "mars"}, 404, "UNKNOWN_ENVIRONMENT"),
        ("/releases/R-9/pause", None, 404, "NOTHING_LIVE"),
        ("/releases/x/pause", None, 404, "UNKNOWN_RELEASE"),
        ("/releases/R-1/explode", None, 404, "NOT_FOUND"),
        ("/services/nope/prod/rollback", None, 404, "UNKNOWN_SERVICE"),
        ("/services/checkout/%20/rollback", None, 404, "UNKNOWN_ENVIRONMENT"),
        ("/services/checkout/v1.4.1/rollback", None, 404, "UNKNOWN_ENVIRONMENT"),
        ("/services/checkout/prod%22%20x/rollback", None, 404, "UNKNOWN_ENVIRONMENT"),
        ("/releases/R-1/resume", None, 409, "BAKING_RESUME"),
        ("/releases", {"service": "checkout"}, 400, "BAD_REQUEST"),
        ("/releases", {**V143, "version": "-v"}, 400, "BAD_REQUEST"),
        ("/releases", {**V143, "version": 'v1" to "mars'}, 400, "BAD_REQUEST"),
        ("/releases", {**V143, "force": True}, 400, "BAD_REQUEST"),
        ("/releases", [V143], 400, "BAD_REQUEST"),
        ("/releases/R-1/pause", {"for": "0m"}, 400, "BAD_REQUEST"),
        ("/releases/R-1/pause", {"because": "a\nb"}, 400, "BAD_REQUEST"),
        ("/releases/R-1/pause", {"because": "\ud800"}, 400, "BAD_REQUEST"),
        ("/releases/R-1/promote", {"early": 1}, 400, "BAD_REQUEST"),
        ("/releases/R-1/promote", {"step": True}, 400, "BAD_REQUEST"),
        ("/releases/R-1/promote", {"step": 1.5}, 400, "BAD_REQUEST"),
        ("/releases/R-1/promote", {"step": 1e999}, 400, "BAD_REQUEST"),
    ],
    ids=str,
)
async def test_what_cannot_be_done_has_a_code_a_sentence_and_a_remedy(
    path: str, body: Any, status: int, code: str
) -> None:
    async with world() as here:
        before = await here.kinds()
        answer = await here.post(path, body)
        assert (answer.status, answer.body["code"]) == (status, code)
        assert answer.body["sentence"]
        assert answer.body["remedy"]
        assert await here.kinds() == before


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b'{"because": NaN}', b'{"for": "1m", "for": "2m"}', b"[" * 9000, b"null"],
    ids=lambda body: body[:12],
)
async def test_what_is_no_json_object_is_a_400(body: bytes) -> None:
    async with world() as here:
        path = "/api/v1/releases/R-1/pause"
        answer = await here.send("POST", path, here.headers("POST", path, body, key="B1"), body)
        assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
        assert "Paused" not in await here.kinds()


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "a:b", None])
async def test_an_act_needs_an_idempotency_key(key: str | None) -> None:
    async with world() as here:
        path = "/api/v1/releases/R-1/pause"
        answer = await here.send("POST", path, here.headers("POST", path, key=key))
        assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
        assert "Paused" not in await here.kinds()


def guarded_rig() -> Rig:
    may = dict.fromkeys(("start", "pause", "rollback"), ("bots",))
    return Rig(lenient(may=may), people={"bots": Group(users=("api:ci", "U0MEI"))})


async def test_rights_are_those_of_the_key_and_a_denial_is_on_record() -> None:
    rig = guarded_rig()
    await rig.adopt()
    async with world(rig) as here:
        denied = await here.post("/releases", V143, by="guest")
        assert await here.kinds() == []
        assert await here.kinds("door") == ["Denied"]
        granted = await here.post("/releases", V143, by="ci")
    assert (denied.status, denied.body["code"]) == (403, "NO_RIGHT")
    assert granted.status == 201


async def test_a_record_that_cannot_be_written_is_a_503_with_a_remedy() -> None:
    inner = (await idle()).store
    store = Failing(inner)
    async with world(Rig(lenient(), store=store)) as here:  # type: ignore[arg-type]
        store.failures["commit"] = 1
        answer = await here.post("/releases", V143, key="S1")
        again = await here.post("/releases", V143, key="S1")
    assert (answer.status, answer.body["code"]) == (503, "NOT_RECORDED")
    assert answer.headers["Retry-After"]
    assert again.status == 201


# ---------------------------------------------------------------- measure


async def test_a_key_that_asks_too_often_waits_and_a_rollback_never_does() -> None:
    async with world(burst=2) as here:
        seen = [(await here.get("/releases")).status for _ in range(3)]
        late = await here.post("/releases/R-1/pause")
        other = await here.get("/releases", by="guest")
        back = await here.post("/releases/R-1/rollback")
        await here.rig.engine.clock.sleep(timedelta(seconds=1))
        after = await here.get("/releases")
    assert seen == [200, 200, 429]
    assert (late.status, late.headers["Retry-After"]) == (429, "1")
    assert (other.status, back.status, after.status) == (200, 200, 200)


# ---------------------------------------------------------------- words

BY_PATH = {act.path: act for act in ACTS}
BY_VERB = {act.verb: act for act in reversed(ACTS) if act.verb}
REASONS = st.text(min_size=1, max_size=300).filter(lambda text: reason(text) is not None)


def read(act: Act, values: dict[str, Any]) -> Parsed:
    found = parse(words(act, values), SPOKEN)
    assert isinstance(found, Parsed), found
    return found


@settings(max_examples=40)
@given(because=REASONS)
@pytest.mark.parametrize("verb", sorted(BY_VERB.keys() - {"start"}))
def test_no_reason_is_read_as_anything_else(verb: str, because: str) -> None:
    plain = read(BY_VERB[verb], {"release": "R-142"})
    found = parse(words(BY_VERB[verb], {"release": "R-142", "because": because}), SPOKEN)
    if isinstance(found, Parsed):
        assert (found.verb, found.release, found.said) == (plain.verb, "R-142", plain.said)
        assert set(found.words) <= {"because"}
        return
    assert found.code == "empty_reason"


PLACES = [(service, place) for service, known in SPOKEN.services.items() for place in known]


@settings(max_examples=50)
@given(version=st.from_regex(VERSION, fullmatch=True), where=st.sampled_from(PLACES))
def test_no_value_is_read_as_a_word(version: str, where: tuple[str, str]) -> None:
    asked = {"service": where[0], "version": version, "environment": where[1]}
    for act in (BY_VERB["start"], BY_PATH["/services/{service}/{environment}/rollback"]):
        found = read(act, asked)
        assert (found.verb, found.service, found.environment) == (act.verb, *where)
        assert found.words == {}
        assert found.version is not None
        assert same_version(found.version, version) or version.lower() == "latest"


async def test_odd_names_of_versions_are_taken_as_they_are() -> None:
    rig = await idle()
    async with world(rig) as here:
        answer = await here.post("/releases", {**V143, "version": "because"})
        assert (answer.status, (await rig.release()).name) == (201, "because")
