"""Go/no-go polls as people meet them, each by the facts that lead there."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.facts import override as o
from bot.domain.facts import release as f
from bot.domain.facts import vote as p
from bot.domain.facts.fact import BOT, Fact
from bot.domain.terms.changes import Author, Change
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import PollRules, Seat, SeatKind
from tests.render.builders import ANA, MEI, PASSED, RUI, at, requested, rules

SAM = "U0SAM"
POLL = PollRules(
    seats=(
        Seat(name="owner", people=("shop-devs",)),
        Seat(name="release", people=("release-leads",), kind=SeatKind.VETO),
        Seat(name="business", people=("stakeholders",), kind=SeatKind.ADVICE),
    ),
    quorum=2,
)
ASKED = replace(requested(), rules=replace(rules(), poll=POLL))


def change(number: int, subject: str) -> Change:
    wrote = Author(name="Mei", person=MEI)
    return Change(
        revision=f"{number}" * 12, subject=f"{subject} (#{number})", at=at(0), authors=(wrote,)
    )


OPENED = p.PollOpened(
    at=at(1),
    by=BOT,
    round=1,
    digest="9f2c11aa55d0",
    revision=PASSED.revision,
    mechanism=PASSED.mechanism,
    proof=PASSED.proof,
    observed=PASSED.observed,
    changes=(change(812, "Retry card payments"), change(815, "Additive migration")),
    chairs=(
        p.Chair(seat="owner", kind=SeatKind.NEEDED, able=(RUI,)),
        p.Chair(seat="release", kind=SeatKind.VETO, able=(RUI, ANA)),
        p.Chair(seat="business", kind=SeatKind.ADVICE, able=(SAM,)),
    ),
    callers=(),
    quorum=2,
    closes_at=at(61),
    reminds_at=at(31),
)


def ballot(
    by: str, seat: str, choice: p.Choice = p.Choice.GO, because: str = "", **more: object
) -> p.BallotCast:
    made = p.BallotCast(
        at=at(3),
        by=by,
        round=1,
        choice=choice,
        seat=seat,
        seats=(seat,),
        because=because,
        on_behalf_of="",
        meaning="",
    )
    return replace(made, **more)  # type: ignore[arg-type]


OWNER = ballot(RUI, "owner", because="dashboards open")
ADVICE = ballot(SAM, "business", p.Choice.NO_GO, "newsletter at 15:00")
FOR_ANA = ballot(RUI, "release", on_behalf_of=ANA)
GONE = p.GoGiven(
    at=at(5),
    by=ANA,
    round=1,
    digest=OPENED.digest,
    filled=(p.Filled(seat="owner", person=RUI), p.Filled(seat="release", person=ANA)),
    caller="",
    answers="the newsletter moved",
    valid_until=at(245),
)
VETO = p.NoGoGiven(
    at=at(4),
    by=ANA,
    round=1,
    seat="release",
    reasons=(
        Refusal(
            code="NO_GO",
            sentence="release said no-go: the ledger is migrating.",
            remedy="Mend that and start again: /release start checkout v1.4.2 to prod.",
        ),
    ),
)
RAN_OUT = p.PollExpired(
    at=at(61),
    by=BOT,
    round=1,
    missing=("release",),
    reasons=(
        Refusal(
            code="POLL_EXPIRED",
            sentence="The poll closed with no go from release: that is a no-go.",
            remedy="To ask again: /release start checkout v1.4.2 to prod.",
        ),
    ),
)
VOIDED = p.PollVoided(
    at=at(6), by=BOT, round=1, because="the config of this release changed", rules=ASKED.rules
)
WAIVED = o.PollWaived(at=at(5), by=BOT, round=1, override="O-2")
POLLS: Mapping[str, tuple[Fact, ...]] = {
    "polling": (ASKED, OPENED),
    "polling-advised": (ASKED, OPENED, OWNER, ADVICE),
    "polling-against": (
        ASKED,
        OPENED,
        ballot(RUI, "owner", p.Choice.NO_GO, "the <!channel> & the flag are off"),
    ),
    "polling-caller": (
        ASKED,
        replace(OPENED, callers=("U0KIM",)),
        OWNER,
        ballot(ANA, "release"),
    ),
    "polling-again": (ASKED, OPENED, OWNER, VOIDED, replace(OPENED, at=at(7), round=2)),
    "polled-go": (
        ASKED,
        OPENED,
        OWNER,
        ADVICE,
        ballot(ANA, "release", because="the newsletter moved"),
        GONE,
    ),
    "polling-reminded": (
        ASKED,
        OPENED,
        OWNER,
        p.PollReminded(at=at(31), by=BOT, round=1, people=(ANA,), reminds_at=at(51)),
    ),
    "polled-late": (
        ASKED,
        OPENED,
        OWNER,
        ballot(ANA, "release"),
        replace(GONE, answers=""),
        p.GoExpired(
            at=at(250),
            by=BOT,
            round=1,
            because="the go was valid for 4 h, and nothing had moved by then",
        ),
    ),
    "polled-no-go": (
        ASKED,
        OPENED,
        OWNER,
        ballot(ANA, "release", p.Choice.NO_GO, "the ledger is migrating"),
        VETO,
    ),
    "polled-expired": (ASKED, OPENED, OWNER, RAN_OUT),
    "polled-void": (ASKED, OPENED, OWNER, VOIDED),
    "polled-waived": (ASKED, OPENED, OWNER, WAIVED),
    "polled-cancelled": (ASKED, OPENED, f.Cancelled(at=at(4), by=MEI, because="wrong version")),
}
