"""[[freezes]] and `covered`: what is accepted, what it means, and what each mistake is told."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigError, load
from bot.config.diff import difference
from bot.domain.terms.calendar import Calendar, CalendarPlace, CalendarWindow, OnFlight, WindowKind
from bot.domain.terms.place import Place
from bot.domain.terms.when import Weekly
from tests.config.sample import KNOWN, PROD, changed, read, toml

WEEKEND = {"name": "weekend", "every": "fri 16:00 - mon 08:00"}


def windows(*tables: dict[str, Any], folder: Path | None = None) -> tuple[CalendarWindow, ...]:
    return read({"freezes": list(tables)}, folder).windows


def problem(*tables: dict[str, Any], folder: Path | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        windows(*tables, folder=folder)
    [found] = caught.value.problems
    return f"{found.path}: {found.sentence}; {found.remedy}"


def test_the_plainest_window_freezes_everything_on_the_clocks_of_the_house() -> None:
    [window] = windows(WEEKEND)
    [weekly] = window.when
    assert weekly == Weekly(day=4, begin=time(16), lasts=timedelta(days=2, hours=16))
    assert (window.zone, window.kind, window.on_flight) == (
        "Europe/Lisbon",
        WindowKind.DENY,
        OnFlight.HOLD,
    )
    assert window.scope == "everything"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Fri 16:00 – Mon 08:00", [(4, 16, 64)]),
        ("friday 16:00 until monday 08:00", [(4, 16, 64)]),
        ("mon-fri 09:00 - 17:00", [(day, 9, 8) for day in range(5)]),
        ("fri-mon 22.00-06.00", [(day, 22, 8) for day in (4, 5, 6, 0)]),
        ("sat-sun", [(5, 0, 24), (6, 0, 24)]),
        ("sun", [(6, 0, 24)]),
        ("mon 09:00 - mon 08:00", [(0, 9, 167)]),
        (["sat", "sun 00:00 - 12:00"], [(5, 0, 24), (6, 0, 12)]),
        ("sun 24:00 - mon 08:00", [(0, 0, 8)]),
    ],
)
def test_the_short_form(typed: object, meant: list[tuple[int, int, int]]) -> None:
    [window] = windows({"name": "w", "every": typed})
    found = [
        (each.day, each.begin.hour, each.lasts.total_seconds() / 3600)
        for each in window.when
        if isinstance(each, Weekly)
    ]
    assert found == meant


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "closed", "open_"),
    [
        ({"dates": ["2026-12-25"]}, "2026-12-25 23:59", "2026-12-26 00:00"),
        (
            {"begins": "2026-12-23 18:00", "ends": "2027-01-04"},
            "2026-12-23 18:00",
            "2027-01-04 00:00",
        ),
        ({"rrule": "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"}, "2026-11-26 12:00", "2026-11-27 00:00"),
        (
            {"rrule": "FREQ=WEEKLY;INTERVAL=2", "begins": "2026-11-02 09:00", "lasts": "1h"},
            "2026-11-16 09:30",
            "2026-11-09 09:30",
        ),
        (
            {"rrule": "FREQ=DAILY", "lasts": "1h", "omit": ["2026-11-09"]},
            "2026-11-08 00:30",
            "2026-11-09 00:30",
        ),
    ],
)
def test_other_ways_to_say_when(table: dict[str, Any], closed: str, open_: str) -> None:
    calendar = Calendar(windows=windows({"name": "w", "zone": "UTC", **table}))
    assert calendar.standing(at(closed)).frozen
    assert not calendar.standing(at(open_)).frozen


def test_scope_reason_owner_and_kind_are_kept() -> None:
    [window] = windows(
        {
            **WEEKEND,
            "services": "checkout",
            "environments": ["prod"],
            "tiers": 1,
            "because": "nobody is here",
            "owner": "leads",
            "kind": "allow",
            "on_flight": "continue",
            "zone": "Europe/Berlin",
        }
    )
    assert window.scope == "checkout in prod (tier 1)"
    assert (window.because, window.owner, window.zone) == (
        "nobody is here",
        "leads",
        "Europe/Berlin",
    )
    assert (window.kind, window.on_flight) == (WindowKind.ALLOW, OnFlight.CONTINUE)
    assert window.meets(CalendarPlace(service="checkout", environment="prod", tier=1))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"name": "w"}, "freezes#1: it does not say when; write one of every, rrule"),
        ({**WEEKEND, "dates": ["2026-12-25"]}, "freezes#1: it says when by every and by dates"),
        ({**WEEKEND, "lasts": "1h"}, "freezes#1.lasts: lasts says nothing beside every"),
        ({**WEEKEND, "every": "friday"}, ""),
        ({**WEEKEND, "every": "fri 16 - mon 8"}, "freezes#1.every: "),
        ({**WEEKEND, "every": "fri 16:00 - mon 24:30"}, "freezes#1.every: "),
        ({**WEEKEND, "every": []}, "freezes#1.every: the list is empty"),
        ({**WEEKEND, "zone": "Europe/Lisbonn"}, "freezes#1.zone: there is no time zone"),
        ({**WEEKEND, "services": ["chekout"]}, 'freezes#1.services: there is no service named "ch'),
        ({**WEEKEND, "environments": "prd"}, "freezes#1.environments: there is no environment nam"),
        ({**WEEKEND, "tiers": [5]}, "freezes#1.tiers: 5 is no tier"),
        ({**WEEKEND, "evry": "sun"}, "freezes#1.evry: no such key; did you mean every?"),
        ({"name": "w", "rrule": "FREQ=HOURLY"}, "freezes#1.rrule: "),
        ({"name": "w", "rrule": "weekly"}, "freezes#1.rrule: "),
        (
            {"name": "w", "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
            'freezes#1.rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" never comes about',
        ),
        (
            {"name": "w", "rrule": "FREQ=DAILY;UNTIL=20261224T000000Z"},
            "freezes#1.rrule: ",
        ),
        ({"name": "w", "ends": "2026-12-25"}, "freezes#1: it ends and does not begin"),
        (
            {"name": "w", "begins": "2026-12-25", "ends": "2026-12-24"},
            "freezes#1.ends: it ends before it begins",
        ),
        (
            {"name": "w", "begins": "2026-12-25T09:00+01:00", "ends": "2026-12-26"},
            "freezes#1.begins: ",
        ),
        ({"name": "w", "dates": ["25 Dec"]}, "freezes#1.dates: "),
        ({"name": "w", "dates": []}, "freezes#1.dates: "),
        ({"name": "w", "ics": "missing.ics"}, "freezes#1.ics: missing.ics: No such file"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(table: dict[str, Any], said: str) -> None:
    if not said:
        assert windows(table)
        return
    assert problem(table).startswith(said)


def test_two_windows_of_one_name_are_refused() -> None:
    assert problem(WEEKEND, {**WEEKEND, "name": "Weekend"}).startswith("freezes#2.name: ")


ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//acme//holidays//EN
BEGIN:VEVENT
UID:1
SUMMARY:Christmas
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261227
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Maintenance
DTSTART;TZID=America/New_York:20261101T013000
DURATION:PT1H
RRULE:FREQ=WEEKLY;UNTIL=20261130T063000Z
EXDATE;TZID=America/New_York:20261108T013000
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Called off
STATUS:CANCELLED
DTSTART:20261111T090000Z
DTEND:20261111T100000Z
END:VEVENT
END:VCALENDAR
"""


def test_G7_each_event_of_a_file_is_a_window(tmp_path: Path) -> None:
    (tmp_path / "days.ics").write_text(ICS)
    found = windows({"name": "days", "ics": "days.ics"}, folder=tmp_path)
    assert [(each.name, each.zone) for each in found] == [
        ("days: Christmas", "Europe/Lisbon"),
        ("days: Maintenance", "America/New_York"),
    ]
    christmas, maintenance = found
    span = christmas.span_at(at("2026-12-26 12:00"))
    assert span is not None
    assert (span.begin, span.end) == (at("2026-12-25"), at("2026-12-27"))
    begins = [maintenance.next_span(at(day)) for day in ("2026-10-31", "2026-11-02", "2026-11-23")]
    assert [f"{each.begin:%d %H:%M}" for each in begins if each] == [
        "01 05:30",
        "15 06:30",
        "29 06:30",
    ]
    assert maintenance.next_span(at("2026-11-30")) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "days.ics"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "days.ics holds no event"),
        (ICS.replace("UID:1", "RECURRENCE-ID:20261225T000000"), '"Christmas" in days.ics'),
        (ICS.replace("America/New_York", "Mars/Base"), ""),
        (ICS.replace("DURATION:PT1H\n", ""), '"Maintenance" in days.ics cannot be told'),
        (ICS.replace("FREQ=WEEKLY", "FREQ=HOURLY"), '"Maintenance" in days.ics cannot be told'),
    ],
)
def test_a_file_that_cannot_be_told_exactly_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "days.ics").write_text(text)
    found = problem({"name": "days", "ics": "days.ics"}, folder=tmp_path)
    assert found.startswith(f"freezes#1.ics: {said}")


CHECKOUT = Place("checkout", "prod")


def test_G8_covered_hours_come_from_an_environment_or_its_tier() -> None:
    config = read({f"{PROD}.tier": 1, "tiers": {"1": {"covered": "mon-fri 09:00 - 17:00"}}})
    hours = {place: here.covered for place, here in config.places.items() if here.covered}
    assert {place: len(each.when) for place, each in hours.items()} == {CHECKOUT: 5}


EU = {**WEEKEND, "environments": ["prod"], "regions": ["eu"]}


def test_G7_a_region_is_a_tag_of_an_environment_and_a_window_may_mean_it() -> None:
    config = read({f"{PROD}.region": "eu", "freezes": [EU]})
    assert {str(place) for place, here in config.places.items() if here.region} == {"checkout/prod"}
    assert config.places[CHECKOUT].region == "eu"
    assert [(each.regions, each.scope) for each in config.windows] == [(("eu",), "prod (eu)")]


def test_G7_a_region_that_nothing_is_in_is_a_mistake() -> None:
    assert problem(EU).startswith('freezes#1.regions: there is no region named "eu"')


def test_G7_a_region_is_no_part_of_the_plan_and_its_change_is_said() -> None:
    old, new = read({}), read({f"{PROD}.region": "eu"})
    assert old.services == new.services
    assert list(difference(old, new)) == ["changed region: checkout in prod"]


def test_a_mistake_is_no_change_of_what_stands_beside_it() -> None:
    old = read({f"{PROD}.region": "eu"})
    new = read({f"{PROD}.region": "eu", f"{PROD}.deployer": "nobody"})
    assert list(difference(old, new)) == ["may not start any more: checkout in prod"]


def test_G7_a_reload_says_which_windows_changed(tmp_path: Path) -> None:
    old = read({"freezes": [WEEKEND, {"name": "gone", "every": "sun"}]})
    new = read(
        {
            "freezes": [{**WEEKEND, "every": "fri 15:00 - mon 08:00"}],
            "defaults.covered": "mon-fri 09:00 - 17:00",
        }
    )
    assert [line for line in difference(old, new) if "checks" not in line] == [
        "removed freezes.gone",
        "changed freezes.weekend: every",
        "changed covered: checkout in prod, checkout in staging, handbook in prod",
    ]


def test_dates_of_toml_are_understood_as_well(tmp_path: Path) -> None:
    path = tmp_path / "slipway.toml"
    table = '[[freezes]]\nname = "w"\nbegins = 2026-12-23T18:00:00\nends = 2026-12-27\n'
    path.write_text(f"{toml(changed({}))}\n{table}")
    [window] = load(path, KNOWN).windows
    assert window.span_at(at("2026-12-26 23:59")) is not None
