"""Everything that is understood: each line is typed by somebody and means one request."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.door.grammar import (
    Parsed,
    Ref,
    did_you_mean,
    parse,
    production,
    release_id,
    same_version,
    usage_hint,
)
from bot.engine.door.spec import Effectful
from tests.engine.spoken import (
    BUSY,
    QUIET,
    ROLLBACK,
    SPECS,
    THREAD,
    WORLD,
    read,
    serving,
    speaking,
    told,
)

START = "start checkout prod v1.4.2"
PAUSE = "pause checkout R-142 prod"
ROLLBACK_PROD = "rollback checkout R-142 prod"

STARTS = (
    "start checkout v1.4.2 to prod",
    "start checkout v1.4.2 in prod",
    "start checkout v1.4.2 prod",
    "start v1.4.2 prod checkout",
    "start to prod v1.4.2 checkout",
    "START Checkout V1.4.2 To PROD",
    "start checkout 1.4.2 to prod",
    "start checkout v1.4.2 to production",
    "start checkout v1.4.2 to prod.",
    "start checkout, v1.4.2, to prod!",
    "start check out v1.4.2 to prod",
    "start check-out v1.4.2 to prod",
    "start checkout v1.4.2 --to prod",
    "start checkout v1.4.2 --to=prod",
    "start checkout v1.4.2 —to prod",
    "start checkout v1.4.2 –env production",
    "start checkout v1.4.2 -to prod",
    "start checkout v1.4.2 env=prod",
    "start checkout v1.4.2 env = prod",
    "start checkout v1.4.2 environment=“prod”",
    "start service=checkout version=1.4.2 to=prod",
    "start --service checkout --version v1.4.2 --to prod",
    'start "checkout" "v1.4.2" to "prod"',
    "start “checkout” ‘v1.4.2’ to „prod“",
    "start `checkout` `v1.4.2` to prod",
    "`start checkout v1.4.2 to prod`",
    "“start checkout v1.4.2 to prod”",
    "  start\u00a0checkout\u3000v1.4.2\tto\nprod  ",
    "st\u200bart check\ufeffout v1.4.2 to pr\u00adod",
    "start <http://checkout|checkout> v1.4.2 to prod",
    "start checkout — v1.4.2 — to prod",
    "deploy checkout v1.4.2 to prod",
    "ship checkout v1.4.2 to prod",
    "/release start checkout v1.4.2 to prod",
)


@pytest.mark.parametrize("text", STARTS)
def test_a_start_is_understood(text: str) -> None:
    assert told(text) == START


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("", "status"),
        ("  ", "status"),
        ("checkout", "status checkout"),
        ("prod", "status prod"),
        ("in prod", "status prod"),
        ("R-142", "status checkout R-142 prod"),
        ("142.", "status checkout R-142 prod"),
        ("r-999", "status R-999"),
        ("status", "status"),
        ("stat", "status"),
        ("list checkout", "status checkout"),
        ("status checkout?", "status checkout"),
        ("status handbook", "status handbook prod"),
        ("changes prod since 2h", "changes prod since=2h"),
        ("recent ledger since last week", "changes ledger since=last week"),
        ("chan since tue 10:00 checkout", "changes checkout since=tue 10:00"),
        ("why r142", "why checkout R-142 prod"),
        ("whoami", "whoami"),
        ("who am i?", "whoami"),
        ("help", "help"),
        ("help undo", "help rollback"),
    ],
)
def test_an_ask_is_understood(text: str, means: str) -> None:
    assert told(text) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("pause checkout", PAUSE),
        ("stop checkout", PAUSE),
        ("hold R-142", PAUSE),
        ("pause r142", PAUSE),
        ("pause 142", PAUSE),
        ("pause R–142", PAUSE),
        ("pause release R-142", PAUSE),
        ("pause release checkout", PAUSE),
        ("pause checkout R-142 in prod", PAUSE),
        ("un-pause checkout", "resume checkout R-142 prod"),
        ("un pause checkout", "resume checkout R-142 prod"),
        ("continue checkout", "resume checkout R-142 prod"),
        ("cancel R-142", "abort checkout R-142 prod"),
        ("rollback checkout", ROLLBACK_PROD),
        ("roll back checkout", ROLLBACK_PROD),
        ("roll-back checkout", ROLLBACK_PROD),
        ("Roll_Back checkout", ROLLBACK_PROD),
        ("undo checkout", ROLLBACK_PROD),
        ("rollback checkout to v1.4.1", f"{ROLLBACK_PROD} v1.4.1"),
        ("rollback checkout to 1.4.1 in production", f"{ROLLBACK_PROD} v1.4.1"),
        ("rollback payments api in eu", "rollback payments-api eu"),
        ("promote R-142", "promote checkout R-142 prod"),
        ("promote checkout", "promote checkout R-142 prod"),
        ("promote checkout to prod", "promote checkout prod"),
        ("adopt handbook", "adopt handbook prod"),
        ("adopt checkout in staging", "adopt checkout staging"),
        ("start handbook latest", "start handbook prod latest"),
        ("start handbook 8f3c1e2", "start handbook prod 8f3c1e2"),
        ("start handbook 142", "start handbook prod 142"),
        ("start handbook version nightly", "start handbook prod nightly"),
        ("start checkout nightly to prod", "start checkout prod nightly"),
        ("start handbook build-77", "start handbook prod build-77"),
        ("start handbook", "start handbook prod"),
        ("vote nogo R-142", "vote checkout R-142 prod no-go"),
        ("vote no go R-142", "vote checkout R-142 prod no-go"),
        ("vote R-142 no–go", "vote checkout R-142 prod no-go"),
        ("freeze all because INC-77", "freeze all because=INC-77"),
    ],
)
def test_an_act_is_understood(text: str, means: str) -> None:
    assert told(text) == means


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", timedelta(minutes=30)),
        ("30 min", timedelta(minutes=30)),
        ("1h 30m", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1 hour 30 minutes", timedelta(minutes=90)),
        ("2 days", timedelta(days=2)),
        ("1.5h", timedelta(minutes=90)),
        ("“90 s”", timedelta(seconds=90)),
    ],
)
def test_a_duration_may_stand_anywhere(text: str, span: timedelta) -> None:
    for line in (f"pause checkout for {text}", f"pause for {text} checkout because x"):
        assert read(line).span == span
        assert read(line).release == "R-142"


@pytest.mark.parametrize(
    "moment",
    [
        "14:30",
        "fri 10:00",
        "Mon 09:00 Europe/Lisbon",
        "tomorrow 10 am",
        "2026-11-27 10:00",
        "2026-11-27T10:00:00Z",
        "21 nov 10:00",
        "dec 1 08:15",
        "noon",
    ],
)
def test_a_time_is_handed_on_as_typed(moment: str) -> None:
    got = read(f"start until {moment} checkout v1.4.2 to prod")
    assert (got.word("until"), got.service, got.version) == (moment, "checkout", "v1.4.2")
    assert read(f'pause checkout until "{moment}"').word("until") == moment


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("because odd  log lines, to prod.", "odd  log lines, to prod."),
        ("because “odd” — really", "“odd” — really"),
        ("because: it's &lt;b&gt; &amp; R-7 for 30m?", "it's <b> & R-7 for 30m?"),
        ("because 'odd log lines'", "odd log lines"),
        ("--because odd lines", "odd lines"),
        ("because=odd lines", "odd lines"),
        ("reason=“odd lines”.", "odd lines"),
        ("because asked by <@U1|rui> in <#C1|ops>", "asked by @rui in #ops"),
        ("because <https://x.example/1|INC-77> <!here>", "INC-77 @here"),
        ("because first\nsecond", "first second"),
        ("because 👨\u200d👩\u200d👧 said so", "👨\u200d👩\u200d👧 said so"),
        ("because \u202eevil\u202c", "evil"),
    ],
)
def test_a_reason_is_the_rest_of_the_line(typed: str, reason: str) -> None:
    got = read(f"pause checkout {typed}")
    assert (got.word("because"), got.release, got.span) == (reason, "R-142", None)


def test_a_quoted_reason_given_as_an_option_ends_with_its_quote() -> None:
    got = read("pause --because “odd lines” --for 30m checkout")
    assert (got.word("because"), got.span) == ("odd lines", timedelta(minutes=30))


def test_words_keep_their_own_case() -> None:
    got = read("start checkout v1.4.2-RC1 to prod hotfix INC-9")
    assert (got.version, got.word("hotfix")) == ("v1.4.2-RC1", "INC-9")
    assert read("promote R-142 early because x").early
    assert not read("promote R-142").early


def test_what_was_typed_is_told_from_what_was_filled_in() -> None:
    assert read("pause checkout").said == {"service"}
    assert read("pause checkout in prod").said == {"service", "environment"}
    assert read("promote R-142 to prod").said == {"release", "environment"}
    assert read("pause R-142").does is Effectful.ACT
    assert read("status").does is Effectful.ASK


def test_a_version_without_a_known_name_is_kept_as_typed() -> None:
    assert read("start ledger V2.0 to dev").version == "v2.0"
    assert read("start ledger 2.0 to dev").version == "2.0"
    assert same_version("V1.4.2", "1.4.2")
    assert not same_version("v1.4.2", "v1.4.20")
    assert not same_version("vanilla", "anilla")


def test_a_thread_says_which_release() -> None:
    assert told("pause", THREAD) == PAUSE
    assert told("why", THREAD) == "why checkout R-142 prod"
    assert told("rollback v1.4.1", THREAD) == f"{ROLLBACK_PROD} v1.4.1"
    assert told("promote to prod", THREAD) == "promote checkout R-142 prod"
    assert told("vote go", THREAD) == "vote checkout R-142 prod go"
    assert told("pause handbook", THREAD) == "pause handbook prod"
    assert told("rollback in staging", THREAD) == "rollback checkout staging"
    assert told("start v1.4.2 to staging", THREAD) == "start checkout staging v1.4.2"
    assert told("help", THREAD) == "help"
    assert read("pause", THREAD).said == frozenset()


def test_the_bots_own_mention_is_no_word() -> None:
    world = replace(THREAD, bot="UBOT", command="@slipway")
    assert told("<@UBOT> pause", world) == PAUSE
    assert told("pause <@UBOT|slipway> for 30m", world) == f"{PAUSE} for=0:30:00"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("checkout", ROLLBACK_PROD),
        ("checkout.", ROLLBACK_PROD),
        ("142", ROLLBACK_PROD),
        ("ledger", "rollback ledger R-140 production"),
        ("ledger in staging", "rollback ledger R-141 staging"),
        ("payments-api", "rollback payments-api eu"),
        ("handbook", "rollback handbook prod"),
        ("rollback checkout", ROLLBACK_PROD),
        ("checkout to v1.4.1", f"{ROLLBACK_PROD} v1.4.1"),
    ],
)
def test_rollback_as_a_command_means_production(text: str, means: str) -> None:
    assert told(text, BUSY, "rollback") == means


def test_rollback_as_a_command_never_stops_to_ask_which_release() -> None:
    queued = replace(WORLD, live=(*WORLD.live, Ref("R-150", "checkout", "prod")))
    assert told("checkout", queued, "rollback") == "rollback checkout prod"


def test_the_only_live_release_says_which_environment() -> None:
    staged = replace(WORLD, live=(Ref("R-150", "checkout", "staging"),))
    assert told("rollback checkout", staged) == "rollback checkout R-150 staging"
    assert told("pause handbook", QUIET) == "pause handbook prod"


def test_production_is_known_by_name_or_as_the_last() -> None:
    assert production(("prod", "archive")) == "prod"
    assert production(("dev", "production")) == "production"
    assert production(("dev", "us", "eu")) == "eu"


def test_a_service_may_be_called_like_a_word() -> None:
    world = serving(WORLD, {"early": ("prod",), "release": ("dev", "prod"), "r2": ("prod",)})
    assert told("status early", world) == "status early prod"
    assert told("start release v1 to dev", world) == "start release dev v1"
    assert told("start r2 v1", world) == "start r2 prod v1"


def test_a_service_and_an_environment_of_one_name_are_settled_by_the_rest() -> None:
    world = serving(WORLD, {"prod": ("dev", "prod"), "app": ("dev", "prod")})
    assert told("start prod v1 to dev", world) == "start prod dev v1"
    assert told("start app v1 prod", world) == "start app prod v1"


def test_release_ids() -> None:
    assert [release_id(text) for text in ("R-142", "r142", "142", "0142")] == ["R-142"] * 4
    assert [release_id(text) for text in ("R-", "R-0", "142a", "1.4", "٣", "9" * 12)] == [None] * 6


def test_the_raw_text_is_kept_but_for_what_no_database_takes() -> None:
    assert read("Pause  checkout because a\x00b\ud800").raw == "Pause  checkout because a�b�"


def test_a_command_that_is_its_own_verb_needs_only_that_spec() -> None:
    got = parse("checkout", speaking(WORLD, [ROLLBACK]), verb="rollback")
    assert isinstance(got, Parsed)
    assert got.line == "rollback checkout in prod"


def test_did_you_mean() -> None:
    names = ("checkout", "search", "handbook")
    assert did_you_mean("chekout", names) == ("checkout",)
    assert did_you_mean("check", names) == ("checkout",)
    assert did_you_mean("SEARHC", names) == ("search",)
    assert did_you_mean("zzz", names) == ()
    assert did_you_mean("", names) == ()
    assert did_you_mean("x" * 5000, names) == ()


def test_the_usage_hint_names_the_verbs_and_fits() -> None:
    assert usage_hint(SPECS).startswith("start|promote|pause")
    assert len(usage_hint(SPECS * 40)) == 1000
