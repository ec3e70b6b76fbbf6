"""`slipway audit` as an auditor types it: verify, export, and what a cut tail looks like."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.cli import parser
from bot.cli.audit import open_report, owed_in
from bot.domain.facts.bot import BOT_STREAM, BotStarted
from bot.domain.intents import release as i
from bot.engine.lanes.anchor import AnchorLane, AnchorRules
from bot.ports.store import StoreError
from bot.store.sqlite import open_inline
from tests.domain.builders import MEI, split
from tests.engine.rig import EVERYBODY_MAY, Rig, lenient
from tests.fakes.clock import NOON

RUI = "U0RUI"


async def lived(path: Path) -> None:
    """R-1: started by mei, paused and rolled back by rui; a day later the head is kept."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        rig = Rig(store=open_inline(conn))
        now = rig.clock.now()
        begun = BotStarted(at=now, by="bot", version="0.1.0", config="", away_since=None)
        await rig.engine.note(BOT_STREAM, begun)
        await rig.baking()
        await rig.store.put_names({MEI: "mei <b>", RUI: "rui"})
        paused = i.Pause(by=RUI, because="odd log lines & <script>")
        assert (await rig.engine.tell("R-1", paused)).ok
        assert (await rig.engine.tell("R-1", i.Rollback(by=RUI, because="they got worse"))).ok
        assert (await rig.engine.tell("R-1", i.Seen(observed=split(0), idle=True))).ok
        rig.clock.advance(timedelta(days=1))
        heads = path.with_name(f"{path.name}.heads")
        anchoring = AnchorLane(rig.engine, heads, AnchorRules())
        assert await anchoring.anchor_if_due()
        for row in await rig.store.effects(BOT_STREAM):
            if row.lane == "anchor":
                await anchoring.perform(row)


@pytest.fixture
async def record(tmp_path: Path) -> Path:
    path = tmp_path / "slipway.db"
    await lived(path)
    return path


def cut(path: Path, last: int) -> None:
    """The tail taken away as somebody would who knows the tables."""
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("DELETE FROM outbox")
        conn.execute("DELETE FROM claims")
        conn.execute("DELETE FROM events WHERE seq > ?", (last,))
        conn.execute(
            "UPDATE chain SET (seq, hash) = (SELECT seq, hash FROM events WHERE seq = ?)", (last,)
        )


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit status, and what is printed; the logs of the process are left as they are."""
    typed = ["audit", *words]
    asked = parser(typed).parse_args(typed)
    try:
        status: int = asked.run(asked)
    except StoreError as error:
        return 1, str(error)
    told = capsys.readouterr()
    return status, told.out + told.err


def test_a_whole_record_is_said_to_be_whole(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = said(capsys, "verify", "--db", str(record))
    assert status == 0
    assert "is whole" in told


def test_a_cut_tail_is_seen_by_the_head_kept_in_the_file(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut(record, 5)
    status, told = said(capsys, "verify", "--db", str(record))
    assert status == 1
    assert "row 6: fact 6 is gone" in told
    record.with_name("slipway.db.heads").unlink()
    assert said(capsys, "verify", "--db", str(record))[0] == 0, "only the head outside knows"


def test_a_file_of_heads_that_is_none_is_said(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record.with_name("slipway.db.heads").write_text("{}\n")
    status, told = said(capsys, "verify", "--db", str(record))
    assert status == 1
    assert "has a line that is no head" in told


def exported(record: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, object], str]:
    out = record.with_name("evidence")
    status, told = said(
        capsys, "export", "--release", "r-1", "--db", str(record), "--out", str(out)
    )
    assert status == 0, told
    return json.loads((out / "R-1.json").read_text()), (out / "R-1.html").read_text()


def test_an_export_says_who_decided_what_and_why(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _ = exported(record, capsys)
    decided = [(each["kind"], each["name"], each["because"]) for each in found["decisions"]]  # type: ignore[attr-defined]
    assert ("Paused", "rui", "odd log lines & <script>") in decided
    assert ("RollbackDecided", "rui", "they got worse") in decided
    assert found["release"]["requested_by"] == MEI  # type: ignore[index]
    assert [each["what"] for each in found["told"]].count("alert") == 1  # type: ignore[attr-defined]


def test_the_same_record_gives_the_same_bytes(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(record, capsys)
    first = record.with_name("evidence").joinpath("R-1.html").read_bytes()
    exported(record, capsys)
    assert record.with_name("evidence").joinpath("R-1.html").read_bytes() == first


def test_an_export_can_be_verified_alone(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, _ = exported(record, capsys)
    path = record.with_name("evidence") / "R-1.json"
    assert said(capsys, "verify", "--export", str(path))[0] == 0
    rows = found["chain"]["rows"]  # type: ignore[index]
    rows[3]["body"] = rows[3]["body"].replace("odd", "even") or "{}"
    rows[3]["actor"] = "U0SAM"
    path.write_text(json.dumps(found))
    status, told = said(capsys, "verify", "--export", str(path))
    assert status == 1
    assert f"row {rows[3]['seq']}: " in told
    assert "was changed" in told


def test_what_is_no_export_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.json").write_text("[]")
    status, told = said(capsys, "verify", "--export", str(tmp_path / "x.json"))
    assert status == 1
    assert "is no export" in told


def test_a_release_that_is_not_there_is_said(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = said(capsys, "export", "--release", "R-9", "--db", str(record))
    assert status == 1
    assert "There is no R-9" in told


class Tags(HTMLParser):
    """The tags of a page, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_holds_no_power_of_what_people_wrote(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, html = exported(record, capsys)
    page = Tags()
    page.feed(html)
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert "odd log lines & <script>" in page.words
    assert "mei <b>" in page.words


async def test_G5_looks_back_that_are_owed_are_listed_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "owing.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        rig = Rig(
            lenient(may={**EVERYBODY_MAY, "break_glass": ("on-call",)}), store=open_inline(conn)
        )
        urgent = i.Start(
            by=MEI,
            release="",
            service="checkout",
            environment="prod",
            version="v2",
            incident="INC-77",
        )
        assert (await rig.engine.open(urgent)).ok
    found = await owed_in(path)
    lines, late = open_report(found, NOON + timedelta(hours=23))
    assert lines == [
        "R-1  checkout/prod v2  due 2026-11-21 12:00 UTC  it was an emergency: INC-77",
        "Looks back that are owed: 1, overdue: 0.",
    ]
    assert late == 0
    assert open_report(found, NOON + timedelta(hours=24))[1] == 1
