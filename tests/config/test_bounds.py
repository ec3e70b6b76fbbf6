"""E1: what would keep the bot busy for ever is refused, by its place or its file, in a moment."""

import asyncio
import os
import time as clock
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigError
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.when import MOST_TIMES
from tests.cli.test_reload import MEI, Stage
from tests.config.sample import read

NOW = datetime(2026, 12, 1, tzinfo=UTC)
STORM = ",".join(map(str, range(60)))
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
EVENT = (
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART{begin}\r\n{end}\r\n"
    "SUMMARY:Holiday\r\n{more}\r\nEND:VEVENT\r\n"
)
HOURLY = f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))}"
RULES = {
    "no interval": ("FREQ=DAILY;INTERVAL=0", "2026-01-01 00:00"),
    "no interval by year": ("FREQ=YEARLY;INTERVAL=0", "2026-01-01 00:00"),
    "below no interval": ("FREQ=WEEKLY;INTERVAL=-1", "2026-01-01 00:00"),
    "year 1": ("FREQ=DAILY", "0001-01-01 00:00"),
    "year 9999": ("FREQ=DAILY", "9999-12-31 00:00"),
    "never by day": ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01 00:00"),
    "never, phase": ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "2026-12-01 00:00"),
    "over before": ("FREQ=DAILY;UNTIL=20200101T000000", "2026-12-01 00:00"),
    "seconds": (f"FREQ=DAILY;BYSECOND={STORM}", "2026-01-01 00:00"),
    "hours": (HOURLY, "2026-01-01 00:00"),
    "count": (f"{HOURLY};COUNT=999999999", "2026-01-01 00:00"),
    "until": (f"{HOURLY};UNTIL=99991231T235959", "2026-01-01 00:00"),
    "long": (f"FREQ=DAILY;BYMINUTE={STORM};BYSECOND={STORM},{STORM}", "2026-01-01 00:00"),
    "digits": (f"FREQ=DAILY;COUNT={'9' * 5000}", "2026-01-01 00:00"),
}
EVENTS = {
    "no interval": ("", "20260101T000000Z", "PT1H", "RRULE:FREQ=DAILY;INTERVAL=0"),
    "year 1": (";VALUE=DATE", "00010101", "P1D", "RRULE:FREQ=DAILY"),
    "year 1, once": (";TZID=Asia/Tokyo", "00010101T000000", "P1D", "X-A:b"),
    "year 9999, once": (";TZID=America/New_York", "99991231T235959", "P1D", "X-A:b"),
    "lasts for ever": ("", "20260101T000000Z", "P999999D", "RRULE:FREQ=DAILY"),
    "lasts longer": ("", "20260101T000000Z", "P999999999D", "RRULE:FREQ=DAILY"),
    "never": (";VALUE=DATE", "20260101", "P1D", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "hours": ("", "20260101T000000Z", "PT1H", f"RRULE:{HOURLY}"),
    "omits year 1": (
        ";VALUE=DATE",
        "20260101",
        "P1D",
        "RRULE:FREQ=DAILY\r\nEXDATE:00010101T000000",
    ),
    "also year 1": (";VALUE=DATE", "20260101", "P1D", "RDATE:00010101T000000Z"),
}


def ics_of(*events: tuple[str, str, str, str]) -> str:
    made = (
        EVENT.format(begin=f"{params}:{begin}", end=f"DURATION:{lasts}", more=more)
        for params, begin, lasts, more in events
    )
    return f"{HEAD}{''.join(made)}END:VCALENDAR\r\n"


def refused(table: dict[str, Any], folder: Path | None = None) -> str:
    begun = clock.process_time()
    with pytest.raises(ConfigError) as caught:
        read({"freezes": [{"name": "f", **table}]}, folder)
    # Not a measure of speed: without a bound each of these takes minutes, or has no end.
    assert clock.process_time() - begun < 20
    [problem] = caught.value.problems
    assert problem.path.startswith("freezes")
    return problem.sentence


@pytest.mark.parametrize("name", RULES)
def test_a_rule_without_a_bound_is_refused(name: str) -> None:
    """E1: in the config, by its key path."""
    rule, begins = RULES[name]
    assert refused({"rrule": rule, "begins": begins, "lasts": "1h"})


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_without_a_bound_is_refused(name: str, tmp_path: Path) -> None:
    """E1: in an .ics file, by its name."""
    (tmp_path / "h.ics").write_bytes(ics_of(EVENTS[name]).encode())
    said = refused({"ics": "h.ics"}, tmp_path)
    assert '"Holiday" in h.ics cannot be told' in said


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (b"x" * (1024 * 1024 + 1), "h.ics is over 1 MB"),
        (b"BEGIN:VEVENT\r\n" * 2001, "h.ics holds over 2,000 events"),
        (ics_of(*[("", "20260101T000000Z", "PT1H", "RRULE:FREQ=DAILY")] * 10).encode(), "60,000"),
    ],
)
def test_an_enormous_file_is_refused(held: bytes, said: str, tmp_path: Path) -> None:
    """E1: by its size, its events, and how often they come about together."""
    (tmp_path / "h.ics").write_bytes(held)
    assert said in refused({"ics": "h.ics"}, tmp_path)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """E1: a fifo has no end, and no beginning either."""
    os.mkfifo(tmp_path / "h.ics")
    assert "h.ics is no regular file" in refused({"ics": "h.ics"}, tmp_path)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"begins": "0001-01-01", "ends": "0001-01-02"}, "years 1970 to 2200"),
        ({"begins": "2026-01-01", "ends": "9999-12-31"}, "years 1970 to 2200"),
        ({"dates": ["0001-01-01"]}, "years 1970 to 2200"),
        ({"rrule": "FREQ=DAILY", "omit": ["0001-01-01"]}, "years 1970 to 2200"),
    ],
)
def test_times_of_no_calendar_are_refused(table: dict[str, Any], said: str) -> None:
    """E1: every way to say when, not only rules."""
    assert said in refused(table)


def test_all_windows_together_have_a_bound() -> None:
    """E1: many that are each within it are not."""
    tables = [
        {"name": f"f{at}", "rrule": "FREQ=DAILY;BYHOUR=1,2", "begins": "2020-01-01"}
        for at in range(12)
    ]
    with pytest.raises(ConfigError, match="together they come about over 200,000 times"):
        read({"freezes": tables})


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"])
def test_what_people_write_stays(rule: str) -> None:
    """E1: daily since 1970 is within the bound, and what comes about after it is not lost."""
    [window] = read({"freezes": [{"name": "f", "rrule": rule, "begins": "1970-01-01"}]}).windows
    assert Calendar(windows=(window,)).changes_at(NOW) is not None
    late = datetime(2060, 1, 1, 12, tzinfo=UTC)
    assert window.next_span(late) is not None
    assert MOST_TIMES < 50_000


@pytest.mark.parametrize("name", EVENTS)
async def test_a_live_reload_answers_all_the_while_and_keeps_the_last_good(
    name: str, tmp_path: Path
) -> None:
    """E1: the loop turns while the file is looked at, and the old calendar stays."""
    stage = Stage(tmp_path)
    before = stage.bot.book.calendar
    (tmp_path / "h.ics").write_bytes(ics_of(EVENTS[name]).encode())
    stage.writes({"freezes": [{"name": "f", "ics": "h.ics"}]})
    asking = asyncio.create_task(stage.types())
    turns = 0
    while not asking.done():
        await asyncio.sleep(0)
        turns += 1
    reply = await asking
    assert reply.code == "CONFIG_REFUSED"
    assert "h.ics" in reply.message.text
    assert turns > 20
    assert stage.bot.book.calendar is before
    answer = await stage.types("calendar", MEI, key="I2")
    assert "Nothing happened" not in answer.message.text
