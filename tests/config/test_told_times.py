"""What is said of zones, calendars in files and covered hours: true, and nothing of a secret."""

import os
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.config.ics import events_of
from bot.config.zones import zone
from bot.domain.terms.when import Weekly, spell_hours

SECRET = "hunter2-of-the-house"


def refusal_of(path: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        events_of(path, "UTC", ("freezes", 0, "ics"))
    return str(refused.value)


@pytest.mark.parametrize(
    "text", [SECRET, f"{SECRET}\n\n{SECRET}", f"BEGIN:{SECRET}", f"A:{SECRET}"]
)
def test_a_file_that_is_no_calendar_is_not_repeated(tmp_path: Path, text: str) -> None:
    """E3: `ics = FILE` named a secret, and its first line went to Slack and into the record."""
    path = tmp_path / "secret"
    path.write_text(text)
    assert SECRET not in refusal_of(path)


@pytest.mark.parametrize("value", ["DTSTART:", "DTSTART;TZID=UTC:", "RRULE:"])
def test_a_value_of_an_event_is_not_repeated(tmp_path: Path, value: str) -> None:
    """E3: what the library says of a value repeats it."""
    path = tmp_path / "days.ics"
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:day", f"{value}{SECRET}"]
    path.write_text("\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""]))
    assert SECRET not in refusal_of(path)


@pytest.mark.timeout(10)
def test_a_device_and_a_pipe_are_not_read(tmp_path: Path) -> None:
    """E3: `/dev/zero` has no end, and a pipe waits for ever."""
    pipe = tmp_path / "pipe.ics"
    os.mkfifo(pipe)
    for path in (Path("/dev/zero"), pipe, tmp_path):
        assert "no regular file" in refusal_of(path)


@pytest.mark.parametrize(
    ("name", "place"),
    [("PST", "America/Los_Angeles"), ("JST", "Asia/Tokyo"), ("Lisbon", "Europe/Lisbon")],
)
def test_a_short_name_is_never_taken_for_another(name: str, place: str) -> None:
    """E3: "PST" was answered with "did you mean MST?", an hour beside it."""
    with pytest.raises(ConfigError) as refused:
        zone(name, ("timezone",))
    assert place in str(refused.value)
    assert "MST" not in str(refused.value)


@pytest.mark.parametrize("name", ["XST", "QQT", "ACT5", "MSTX"])
def test_an_unknown_short_name_suggests_no_other(name: str) -> None:
    """E3: three letters are close to three others, which says nothing."""
    with pytest.raises(ConfigError) as refused:
        zone(name, ("timezone",))
    assert "did you mean" not in str(refused.value)


def test_covered_hours_are_told_by_their_hours() -> None:
    """E3: "covered hours ()" said nothing."""
    office = [Weekly(day=day, begin=time(9), lasts=timedelta(hours=8)) for day in range(5)]
    whole = Weekly(day=5, begin=time(), lasts=timedelta(days=1))
    long = Weekly(day=4, begin=time(16), lasts=timedelta(hours=64))
    assert spell_hours([*office, whole]) == "Mon-Fri 09:00-17:00, Sat all day"
    assert spell_hours([long]) == "Fri 16:00 to Mon 08:00"
