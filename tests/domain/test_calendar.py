"""[G7] The calendar: wall times across the changes of clocks, and who may move when."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.terms.calendar import (
    OPEN,
    Calendar,
    CalendarPlace,
    CalendarWindow,
    OnFlight,
    WindowKind,
)
from bot.domain.terms.clock import DAY, instant, spell_moment, spell_span
from bot.domain.terms.when import Once, Ruled, Weekly, When, on_day, rule_of, spans

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
FRIDAY = Weekly(day=4, begin=time(15), lasts=timedelta(hours=65))
CHECKOUT = CalendarPlace(service="checkout", environment="prod", tier=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(*when: When, **changes: object) -> CalendarWindow:
    return CalendarWindow(**{"name": "weekend", "when": when or (FRIDAY,), **changes})  # type: ignore[arg-type]


def dates_of(rule: str, year: int) -> list[str]:
    ruled = Ruled(rule=rule, first=datetime(2026, 1, 1), lasts=DAY)  # noqa: DTZ001
    found = spans(ruled, ZoneInfo("UTC"), at(f"{year}-01-01"), closes=True)
    return [f"{span.begin:%m-%d}" for span in found if span.begin.year == year]


@pytest.mark.parametrize(
    ("inside", "begins", "ends", "hours"),
    [
        ("2026-03-28", "2026-03-27 14:00", "2026-03-30 06:00", 64),
        ("2026-10-24", "2026-10-23 13:00", "2026-10-26 07:00", 66),
        ("2026-11-21", "2026-11-20 14:00", "2026-11-23 07:00", 65),
        ("2026-07-04", "2026-07-03 13:00", "2026-07-06 06:00", 65),
    ],
)
def test_G7_a_weekend_lasts_as_long_as_the_clocks_there_say(
    inside: str, begins: str, ends: str, hours: int
) -> None:
    span = window(zone=BERLIN).span_at(at(inside))
    assert span is not None
    assert span.end is not None
    assert (span.begin, span.end) == (at(begins), at(ends))
    assert span.end - span.begin == timedelta(hours=hours)


def test_G7_a_time_that_the_clocks_skip_is_as_much_later() -> None:
    skipped = datetime(2026, 3, 8, 2, 30)  # noqa: DTZ001
    found = instant(skipped, ZoneInfo(NEW_YORK)).astimezone(ZoneInfo(NEW_YORK))
    assert f"{found:%H:%M %Z}" == "03:30 EDT"


def test_G7_of_a_time_that_comes_twice_the_first_counts() -> None:
    twice = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001
    assert instant(twice, ZoneInfo(NEW_YORK)) == at("2026-11-01 05:30")


@pytest.mark.parametrize(
    ("kind", "ends"), [(WindowKind.DENY, "06:30"), (WindowKind.ALLOW, "05:30")]
)
def test_G7_what_denies_stays_closed_in_the_hour_that_comes_twice(
    kind: WindowKind, ends: str
) -> None:
    begin = datetime(2026, 10, 31, 22, 0)  # noqa: DTZ001
    once = Once(begin=begin, lasts=timedelta(hours=3, minutes=30))
    span = window(once, zone=NEW_YORK, kind=kind).span_at(at("2026-11-01 05:00"))
    assert span is not None
    assert span.end == at(f"2026-11-01 {ends}")


def test_G7_an_hour_that_the_clocks_skip_is_put_off_and_never_dropped() -> None:
    skipped = Once(begin=datetime(2026, 3, 8, 2, 0), lasts=timedelta(hours=1))  # noqa: DTZ001
    [span] = spans(skipped, ZoneInfo(NEW_YORK), at("2026-03-01"), closes=True)
    assert span.end is not None
    assert (span.begin, span.end - span.begin) == (at("2026-03-08 07:00"), timedelta(hours=1))


@pytest.mark.parametrize(("year", "day"), [(2026, "11-26"), (2027, "11-25"), (2028, "11-23")])
def test_G7_the_fourth_thursday_of_november(year: int, day: str) -> None:
    assert dates_of("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", year) == [day]


def test_G7_the_last_three_days_of_a_quarter() -> None:
    found = dates_of("FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-3,-2,-1", 2026)
    assert found[:6] == ["03-29", "03-30", "03-31", "06-28", "06-29", "06-30"]


def test_G7_an_omitted_time_is_left_out() -> None:
    first = datetime(2026, 11, 2, 9)  # noqa: DTZ001
    ruled = Ruled(
        rule="FREQ=WEEKLY;BYDAY=MO",
        first=first,
        lasts=timedelta(hours=1),
        omitted=(datetime(2026, 11, 9, 9),),  # noqa: DTZ001
    )
    found = spans(ruled, ZoneInfo("UTC"), at("2026-11-01"), closes=True)
    assert [next(found).begin.day for _ in range(2)] == [2, 16]


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=DALY", "BYDAY=MO", "nonsense", ""])
def test_what_is_no_rule_of_days_cannot_be_read(rule: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rule_of(rule, datetime(2026, 1, 1))  # noqa: DTZ001


def standing(
    *windows: CalendarWindow, now: str = "2026-11-21 12:00", place: CalendarPlace = CHECKOUT
) -> object:
    return Calendar(windows=windows).of(place).standing(at(now))


ALWAYS = Once(begin=datetime(2026, 1, 1), lasts=timedelta(days=3000))  # noqa: DTZ001
OFFICE = tuple(Weekly(day=day, begin=time(9), lasts=timedelta(hours=8)) for day in range(5))


def test_G7_without_a_window_it_is_open() -> None:
    assert standing() == OPEN


def test_G7_where_windows_allow_only_inside_of_one_is_open() -> None:
    allow = window(*OFFICE, name="office", kind=WindowKind.ALLOW)
    calendar = Calendar(windows=(allow,))
    assert calendar.standing(at("2026-11-20 12:00")) == OPEN
    closed = calendar.standing(at("2026-11-20 17:00"))
    assert [denial.name for denial in closed.denials] == ["outside of office"]
    assert closed.opens_at == at("2026-11-23 09:00")


def test_G7_denying_beats_allowing() -> None:
    allow, deny = window(ALWAYS, name="always", kind=WindowKind.ALLOW), window()
    found = Calendar(windows=(allow, deny)).standing(at("2026-11-21 12:00"))
    assert [denial.name for denial in found.denials] == ["weekend"]


def test_G7_windows_that_follow_on_each_other_open_after_the_last() -> None:
    monday = window(on_day(date(2026, 11, 23)), name="day off")
    found = Calendar(windows=(window(), monday)).standing(at("2026-11-21 12:00"))
    assert found.opens_at == at("2026-11-24 00:00")
    assert [denial.name for denial in found.denials] == ["weekend"]


def test_G7_until_further_notice_opens_at_no_time() -> None:
    stop = window(Once(begin=datetime(2026, 11, 1), lasts=None), name="stop")  # noqa: DTZ001
    found = Calendar(windows=(stop, window())).standing(at("2026-11-21 12:00"))
    assert found.frozen
    assert found.opens_at is None


@pytest.mark.parametrize(
    ("scope", "meant"),
    [
        ({}, True),
        ({"services": ("checkout",)}, True),
        ({"services": ("ledger",)}, False),
        ({"environments": ("prod",)}, True),
        ({"environments": ("staging",)}, False),
        ({"tiers": (1, 2)}, True),
        ({"tiers": (3,)}, False),
        ({"services": ("checkout",), "environments": ("staging",)}, False),
    ],
)
def test_G7_a_window_means_what_all_of_its_scope_says(
    scope: dict[str, object], meant: bool
) -> None:
    assert bool(standing(window(**scope)).denials) is meant  # type: ignore[attr-defined]


def test_G7_what_lets_go_on_what_flies_is_left_out_of_flight() -> None:
    gentle = window(on_flight=OnFlight.CONTINUE)
    calendar = Calendar(windows=(gentle,))
    assert calendar.standing(at("2026-11-21 12:00")).frozen
    assert calendar.flying().standing(at("2026-11-21 12:00")) == OPEN


def test_the_next_change_is_the_nearest_begin_or_end() -> None:
    calendar = Calendar(windows=(window(), window(*OFFICE, name="office", kind=WindowKind.ALLOW)))
    changes = [calendar.changes_at(at(now)) for now in ("2026-11-20 10:00", "2026-11-20 16:00")]
    assert changes == [at("2026-11-20 15:00"), at("2026-11-20 17:00")]


ZONES = st.sampled_from([BERLIN, NEW_YORK, "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001


@given(
    ZONES,
    st.builds(
        Weekly,
        day=st.integers(0, 6),
        begin=st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0)),
        lasts=st.integers(1, 6 * 24 * 60).map(lambda count: timedelta(minutes=count)),
    ),
    TIMES,
)
def test_G7_spans_of_a_week_are_whole_in_order_and_none_is_missing(
    zone: str, when: Weekly, start: datetime
) -> None:
    found = []
    for span in spans(when, ZoneInfo(zone), start.replace(tzinfo=UTC), closes=True):
        found.append(span)
        if len(found) == 60:
            break
    assert all(span.end is not None and span.begin < span.end for span in found)
    for one, other in pairwise(found):
        assert timedelta(days=6, hours=22) <= other.begin - one.begin <= timedelta(days=7, hours=2)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-20 16:00", "17:00 CET"),
        ("2026-11-23 07:00", "Mon 08:00 CET"),
        ("2026-12-24 08:00", "Thu 24 Dec 09:00 CET"),
        ("2027-06-01 08:00", "Tue 1 Jun 2027 10:00 CEST"),
    ],
)
def test_a_time_is_said_as_shortly_as_it_is_clear(moment: str, said: str) -> None:
    assert spell_moment(at(moment), BERLIN, at("2026-11-20 12:00")) == said


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("2026-11-20 15:00", "2026-11-20 16:00", "16:00–17:00 CET"),
        ("2026-11-20 15:00", "2026-11-23 07:00", "16:00–Mon 08:00 CET"),
        ("2026-11-19 15:00", "2026-11-20 16:00", "Thu 19 Nov 16:00–Fri 17:00 CET"),
        ("2026-11-21 08:00", "2026-11-21 09:00", "Sat 09:00–10:00 CET"),
        ("2026-11-21 08:00", "2026-11-22 23:00", "Sat 09:00–Mon 00:00 CET"),
        ("2026-11-20 23:00", "2026-11-21 23:00", "Sat all day"),
        ("2026-11-20 23:00", "2026-11-22 23:00", "Sat–Sun"),
        ("2026-12-24 23:00", "2026-12-26 23:00", "Fri 25 Dec–Sat 26 Dec"),
        ("2027-03-26 15:00", "2027-03-29 06:00", "Fri 26 Mar 2027 16:00 CET–"),
    ],
)
def test_a_span_is_said_as_shortly_as_it_is_clear(begin: str, end: str, said: str) -> None:
    assert spell_span(at(begin), at(end), BERLIN, at("2026-11-20 12:00")).startswith(said)


def test_a_scope_of_two_kinds_is_both_at_once() -> None:
    shop = window(services=("checkout", "ledger"), environments=("prod",))
    assert shop.scope == "checkout, ledger in prod"
    assert window(environments=("prod",), tiers=(1, 2)).scope == "prod (tier 1, tier 2)"
    assert window(tiers=(1,)).scope == "tier 1"
    assert window().scope == "everything"
