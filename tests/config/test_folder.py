"""A folder of files: the house in one, each team's services in its own."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, load
from bot.domain.terms.place import Place
from tests.config.sample import KNOWN, TREE, raised, toml

HOUSE: dict[str, Any] = {key: each for key, each in TREE.items() if key != "services"}
CHECKOUT = '[services.checkout.environments.prod]\nstrategy = { kind = "rolling" }\n'
LEDGER = '[services.ledger.environments.prod]\nstrategy = { kind = "rolling" }\n'
OWN_CHECK = '[checks.slow]\nsource = "prom"\nrequests = "r"\nerrors = "e"\nlimit = "1%"\n'
USES_SLOW = LEDGER + 'checks = ["slow"]\n'


def folder(path: Path, **files: str) -> Config:
    """A folder with the house and these files, read."""
    written = {"house": toml(HOUSE), **files}
    for name, text in written.items():
        (path / f"{name}.toml").write_text(text)
    return load(path, KNOWN)


def told(config: Config) -> list[str]:
    return [str(each) for each in config.mistakes]


def usable(config: Config) -> set[str]:
    return {service for service, _ in config.services}


def test_every_team_has_its_own_file(tmp_path: Path) -> None:
    config = folder(tmp_path, pay=LEDGER + OWN_CHECK, shop=CHECKOUT)
    assert usable(config) == {"checkout", "ledger"}
    assert (config.mistakes, config.quarantined) == ((), {})
    assert (config.source, config.database) == (tmp_path.name, tmp_path / "slipway.db")


def test_files_that_are_not_the_configs_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".#pay.toml").write_text("= broken")
    (tmp_path / "notes.md").write_text("= broken")
    assert folder(tmp_path, shop=CHECKOUT).mistakes == ()


def test_a_line_names_its_file(tmp_path: Path) -> None:
    config = folder(tmp_path, pay=LEDGER + "tier = 9\n", shop=CHECKOUT)
    (problem,) = config.quarantine_of(Place("ledger", "prod"))
    assert str(problem).startswith(
        "pay.toml, line 3: services.ledger.environments.prod.tier: 9 is out of range"
    )
    assert usable(config) == {"checkout"}


def test_a_file_that_is_no_toml_stops_what_it_defines(tmp_path: Path) -> None:
    broken = f'{LEDGER}checks = [\n[people.payers]\nusers = ["U0ANA"]\n'
    config = folder(tmp_path, pay=broken, shop=CHECKOUT)
    assert usable(config) == {"checkout"}
    assert ("ledger", "prod") in config.stopped
    assert told(config)[0].startswith("pay.toml, line 4: this is not TOML")


def test_a_check_of_a_broken_file_stops_who_names_it(tmp_path: Path) -> None:
    config = folder(tmp_path, pay=USES_SLOW, slow=OWN_CHECK + "=\n", shop=CHECKOUT)
    assert usable(config) == {"checkout"}
    (problem,) = config.quarantine_of(Place("ledger", "prod"))
    assert str(problem).startswith("slow.toml, line 6: this is not TOML")


def test_a_mistaken_check_of_a_team_stops_who_names_it(tmp_path: Path) -> None:
    config = folder(tmp_path, pay=USES_SLOW + OWN_CHECK.replace("1%", "9"), shop=CHECKOUT)
    assert usable(config) == {"checkout"}
    (problem,) = config.quarantine_of(Place("ledger", "prod"))
    assert str(problem).startswith("pay.toml, line 8: checks.slow.limit: 9 is a number without")


def test_a_team_cannot_change_the_house(tmp_path: Path) -> None:
    config = folder(tmp_path, pay='[defaults]\nchecks = ["x"]\n' + LEDGER, shop=CHECKOUT)
    assert usable(config) == {"checkout"}
    (said,) = told(config)
    assert said.startswith("pay.toml, line 1: defaults: a team's file does not hold this; move it")


def test_a_service_defined_twice_is_a_mistake_of_the_later_file(tmp_path: Path) -> None:
    config = folder(
        tmp_path, a=CHECKOUT, b="\n" + CHECKOUT.replace("checkout", "Checkout") + LEDGER
    )
    assert usable(config) == {"checkout", "ledger"}
    (said,) = told(config)
    assert said == (
        'b.toml, line 2: services.Checkout: a.toml, line 1, defines "Checkout" already, and that '
        "holds; rename one of them, or take it out"
    )


def test_a_check_defined_twice_stops_the_services_of_the_later_file(tmp_path: Path) -> None:
    config = folder(tmp_path, a=CHECKOUT + OWN_CHECK, b=USES_SLOW + OWN_CHECK)
    assert usable(config) == {"checkout"}
    (problem,) = config.quarantine_of(Place("ledger", "prod"))
    assert str(problem).startswith("b.toml, line 4: checks.slow: a.toml, line 3, defines")


def test_the_house_is_first_whatever_its_name(tmp_path: Path) -> None:
    check = '[checks.errors]\nsource = "prom"\nrequests = "r"\nerrors = "e"\nlimit = "90%"\n'
    config = folder(tmp_path, a=check + LEDGER, shop=CHECKOUT)
    assert config.checks["errors"].limits.limit == 0.01
    assert usable(config) == {"checkout"}


REFUSED = {
    "no house": ({"house": CHECKOUT}, "no file in it holds [slack]; put version, [slack] and all"),
    "two houses": ({"zoo": toml(HOUSE)}, "zoo.toml, line 3: slack: house.toml, line 3, holds the"),
    "no TOML": ({"house": toml(HOUSE) + "=\n"}, "house.toml, line 8: this is not TOML"),
    "a mistake": ({"house": toml(HOUSE | {"timezone": "x"})}, "house.toml, line 2: timezone: ther"),
}


@pytest.mark.parametrize(("files", "said"), REFUSED.values(), ids=REFUSED)
def test_the_house_itself_must_be_right(files: dict[str, str], said: str, tmp_path: Path) -> None:
    found = raised(lambda: folder(tmp_path, **files, shop=CHECKOUT))
    assert any(str(each).startswith(said) for each in found), found


def test_every_mistake_of_every_file_is_listed_at_once(tmp_path: Path) -> None:
    house = toml(HOUSE | {"timezone": "Mars"})
    found = raised(lambda: folder(tmp_path, house=house, pay="=", shop=CHECKOUT + "tier = 9"))
    assert [each.file for each in found] == ["house.toml", "pay.toml", "shop.toml"]
