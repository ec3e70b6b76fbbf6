"""Selectors, pages and the ledger on their own."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judge.samples import Window
from bot.ports.outcomes import Nonsense
from integrations.exposition.ledger import MOST_CELLS, Ledger
from integrations.exposition.page import MOST_SERIES, OPEN, PageSeries, read_page
from integrations.exposition.selector import SelectorError, parse
from tests.contracts.metrics import MINUTE
from tests.fakes.clock import NOON

LABELS = {"track": "canary", "code": "503", "path": '/a"b\\c\nd'}


@pytest.mark.parametrize(
    ("query", "accepted"),
    [
        ("a", True),
        (" a {} ", True),
        ('a{track="canary"}', True),
        ("a{track='canary', code=~`5..`,}", True),
        ('a{code=~"5.."}', True),
        ('a{code=~"5"}', False),
        ('a{code!~"2..|3.."}', True),
        ('a{code!~"5.."}', False),
        ('a{track!="canary"}', False),
        ('a{track!="stable"}', True),
        ('a{other=""}', True),
        ('a{other!=""}', False),
        ('a{other=~".*"}', True),
        ('a{path="/a\\"b\\\\c\\nd"}', True),
        ('a{code=~"\\\\d+"}', True),
        ("a{code=~`\\d+`}", True),
        ('a{track="canary"\n,\tcode="503"}', True),
        ('a{track="can}ary"}', False),
    ],
)
def test_a_selector_accepts_what_it_says(query: str, accepted: bool) -> None:
    assert parse(query).accepts(LABELS) is accepted


@pytest.mark.parametrize(
    "query",
    [
        "", "1a", "a{", "a}", "a{b}", "a{b=}", "a{b=c}", 'a{b="c}', 'a{b="c" d="e"}', 'a{="c"}',
        'a{b=="c"}', 'a{b=~"["}', 'a{b="\\d"}', "sum(a)", "rate(a[5m])", 'a{b="c"}[5m]', "a b",
        'a{,b="c"}', "a-b", 'a{b="c"} offset 5m', "a{b='c\"}",
    ],
)  # fmt: skip
def test_what_is_no_selector_is_refused_with_an_example(query: str) -> None:
    with pytest.raises(SelectorError, match=r"http_requests_total|correct it|write a backslash"):
        parse(query)


@given(st.text(), st.text())
def test_no_text_breaks_the_parser(name: str, inside: str) -> None:
    for query in (name, f"a{{{inside}}}", f'a{{b=~"{inside}"}}'):
        try:
            parse(query)
        except SelectorError:
            continue


@given(st.binary(), st.sampled_from(["text/plain", OPEN, "", "text/html"]))
def test_no_bytes_break_the_page(body: bytes, kind: str) -> None:
    read_or_refused(body, kind)


LINES = st.lists(
    st.sampled_from(
        ["a_total 1", "# TYPE a counter", "# TYPE a histogram", 'a_bucket{le="1"} 2', "a{", "# EOF",
         'a{b="c"} NaN', "# HELP a", "# UNIT a", "a 1 2", "a_count 1 # {} 1", 'a{b="\\', "}", "a}1",
         'a_bucket{le="x"} 1', "{} 1", '{"a"} 1', "# TYPE a a", "#", '"'],
    )
)  # fmt: skip


@given(LINES, st.sampled_from(["text/plain", OPEN]))
def test_no_lines_break_the_page(lines: list[str], kind: str) -> None:
    read_or_refused("".join(f"{line}\n" for line in lines).encode(), kind)


def read_or_refused(body: bytes, kind: str) -> None:
    try:
        counters = read_page(body, kind, 0, "http://shop/metrics")
    except Nonsense:
        return
    assert all(not value < 0 for value in counters.values())


A = PageSeries(0, "a_total", (("code", "200"),))
B = PageSeries(0, "a_total", (("code", "500"),))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.booleans()), min_size=1))
def test_a_series_that_comes_and_goes_is_counted_whole(steps: list[tuple[int, int, bool]]) -> None:
    ledger, a, b = Ledger(), 100.0, 0.0
    ledger.write(NOON, {A: a})
    for number, (grown_a, grown_b, shown) in enumerate([*steps, (0, 0, True)], 1):
        a, b = a + grown_a, b + grown_b
        ledger.write(NOON + number * MINUTE, {A: a, B: b} if shown else {A: a})
    window = Window(start=NOON, end=NOON + (len(steps) + 1) * MINUTE)
    (point,) = ledger.increases(parse("a_total"), window)
    assert point.value == a - 100 + b


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 50)), min_size=1, max_size=20))
def test_no_increase_is_lost_or_invented(steps: list[tuple[bool, int]]) -> None:
    """A restart is seen as one as long as the new count is below the old, so begin high."""
    ledger, count = Ledger(), 10_000.0
    ledger.write(NOON, {A: count})
    for number, (restarted, grown) in enumerate(steps, 1):
        count = grown if restarted and count > 100 else count + grown
        ledger.write(NOON + number * MINUTE, {A: count})
    end = NOON + len(steps) * MINUTE
    (point,) = ledger.increases(parse("a_total"), Window(start=NOON, end=end))
    assert point.value == sum(grown for _, grown in steps)


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 0), (1, 0), (5, 1), (0, 3), (-1, 1), (1, 2.5)],
    ids=["empty", "backwards", "far off", "not yet", "before all", "between scrapes"],
)
def test_a_window_without_its_two_scrapes_has_no_points(start: float, end: float) -> None:
    ledger = Ledger()
    for minute in range(3):
        ledger.write(NOON + minute * MINUTE, {A: 5.0 * minute})
    window = Window(start=NOON + start * MINUTE, end=NOON + end * MINUTE)
    assert ledger.increases(parse("a_total"), window) == ()


def test_the_oldest_scrapes_are_forgotten_first() -> None:
    ledger = Ledger(most_cells=20)
    for minute in range(15):
        ledger.write(NOON + minute * MINUTE, {A: 1.0, B: 1.0})
    kept = Window(start=NOON + 5 * MINUTE, end=NOON + 14 * MINUTE)
    forgotten = Window(start=NOON + 4 * MINUTE, end=NOON + 5 * MINUTE)
    assert ledger.increases(parse("a_total"), kept)
    assert not ledger.increases(parse("a_total"), forgotten)


def test_labels_that_change_with_every_deploy_do_not_pile_up() -> None:
    ledger = Ledger(most_known=20)
    for day in range(38):
        pods = {PageSeries(0, "a_total", (("pod", f"{day}-{n}"),)): 1.0 for n in range(5)}
        ledger.write(NOON + timedelta(days=day), pods)
        assert len(ledger.numbers) <= 25
    minute = Window(start=NOON + timedelta(days=37), end=NOON + timedelta(days=37) + MINUTE)
    ledger.write(minute.end, {PageSeries(0, "a_total", (("pod", "37-0"),)): 4.0})
    assert [point.value for point in ledger.increases(parse("a_total"), minute)] == [3.0]


def test_the_largest_page_fits_many_times() -> None:
    assert MOST_CELLS // MOST_SERIES >= 60
