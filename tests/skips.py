"""A pytest plugin: what a skipped test means here and in CI.

- A test marked `server(name)` is skipped where that server is missing, and fails in CI.
- In CI any skipped (or expected-to-fail) test fails the run, unless its reason begins "allowed:".
- The last line of a run names the server tests that did not run and what would make them run.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from tests.servers import SERVERS, absence, in_ci, missing

ALLOWED = "allowed:"


@dataclass(frozen=True, slots=True)
class Skip:
    """One test (or module) that did not run, and its reason."""

    test: str
    reason: str


WANTED = "wanted a server"
"""The property that carries a missing server's name from a worker to whoever sums up."""


@dataclass(slots=True)
class Skips:
    """What this run has left out so far; `absent` maps a server to the tests that wanted it."""

    seen: list[Skip] = field(default_factory=list)
    absent: dict[str, list[str]] = field(default_factory=dict)


SKIPS = pytest.StashKey[Skips]()


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason of a skipped report, as its author wrote it."""
    if expected := getattr(report, "wasxfail", None):
        return str(expected).removeprefix("reason: ")
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def forbidden(skips: Iterable[Skip]) -> list[Skip]:
    """The skips that CI does not forgive."""
    return [skip for skip in skips if not skip.reason.startswith(ALLOWED)]


def verdict(skips: Sequence[Skip]) -> str:
    """The sentence CI fails with."""
    named = "\n".join(f"  {skip.test}: {skip.reason}" for skip in skips)
    return (
        f"This run did not pass: of its tests {len(skips)} were skipped, and in CI all run. "
        f'Make them run, or begin the reason with "{ALLOWED}".\n{named}'
    )


def closing_line(absent: Mapping[str, Sequence[str]]) -> str:
    """One line: the server tests that did not run, and what would make each run."""
    count = sum(map(len, absent.values()))
    parts = (waiting(name, tests) for name, tests in sorted(absent.items()))
    return f"Not run for want of a server ({count}): {'; '.join(parts)}."


def waiting(server: str, tests: Sequence[str]) -> str:
    """The tests that wait for one server, each once whatever its parameters, and its remedy."""
    named = dict.fromkeys(test.partition("[")[0] for test in tests)
    return f"{', '.join(named)} ({server}: {SERVERS[server].remedy})"


def pytest_configure(config: pytest.Config) -> None:
    """Start the account of this run."""
    config.addinivalue_line("markers", "server(name): needs a real server that CI installs")
    config.stash[SKIPS] = Skips()
    config.pluginmanager.register(Account(config.stash[SKIPS]), "account of skips")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or in CI fail, a test whose server is missing."""
    for mark in item.iter_markers("server"):
        name = mark.args[0] if mark.args else ""
        if name not in SERVERS:
            pytest.fail(f"mark it with needs_server(one of {sorted(SERVERS)})", pytrace=False)
        if missing(name):
            leave_out(item, name)


def leave_out(item: pytest.Item, name: str) -> None:
    """Fail in CI; elsewhere skip, and remember it for the closing line."""
    if in_ci():
        pytest.fail(absence(name), pytrace=False)
    item.user_properties.append((WANTED, name))
    pytest.skip(absence(name))


class Account:
    """Hears every report once: of this process, or of the workers that share the tests."""

    def __init__(self, skips: Skips) -> None:
        self.skips = skips

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a test that was skipped or excused, and the server it wanted."""
        self.remember(report)
        for what, name in report.user_properties if report.skipped else ():
            if what == WANTED:
                self.skips.absent.setdefault(str(name), []).append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember a module that was skipped whole."""
        self.remember(report)

    def remember(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Add a skip to the account of this run; each worker tells of a module once more."""
        skip = Skip(report.nodeid, reason_of(report)) if report.skipped else None
        if skip and skip not in self.skips.seen:
            self.skips.seen.append(skip)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, a skip that is not allowed turns a good end into a failed one."""
    good = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if in_ci() and good and forbidden(session.config.stash[SKIPS].seen):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which skips failed the run."""
    refused = forbidden(terminalreporter.config.stash[SKIPS].seen)
    if in_ci() and refused:
        terminalreporter.section("skipped in CI", red=True)
        terminalreporter.write_line(verdict(refused))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Name, after everything else, the server tests that did not run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    absent = config.stash[SKIPS].absent
    if reporter and absent:
        reporter.write_line(closing_line(absent))
