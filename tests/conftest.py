"""What holds for every test: how skips are judged, and where hypothesis keeps its examples."""

from pathlib import Path

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

pytest_plugins = ["tests.skips", "tests.alone"]

set_hypothesis_home_dir(Path(__file__).parent.parent / ".cache" / "hypothesis")

# Two busy cores make any single example slow now and then; pytest-timeout catches what hangs.
hypothesis.settings.register_profile("gate", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("torture", deadline=None, max_examples=500, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    """The gate repeats itself exactly; torture looks for what nobody has seen yet."""
    chosen = str(config.getoption("markexpr"))
    hypothesis.settings.load_profile("torture" if chosen == "torture" else "gate")
