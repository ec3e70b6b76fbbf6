"""The verbs of `/release`, one file each: whatever file stands here declares its verb as SPEC.

What several verbs share stands in `commands.shared`.
"""

import pkgutil
from importlib import import_module
from types import ModuleType

from bot.engine.door.spec import CommandSpec, in_order


def find_commands() -> tuple[CommandSpec, ...]:
    """The verb of every file here, in the order help shows them. Raises TypeError."""
    files = (each.name for each in pkgutil.iter_modules(__path__) if not each.ispkg)
    return in_order(read_spec(import_module(f"{__name__}.{name}")) for name in files)


def read_spec(module: ModuleType) -> CommandSpec:
    """A module's SPEC. Raises TypeError where it has none, or one of another name."""
    spec = getattr(module, "SPEC", None)
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    if not isinstance(spec, CommandSpec) or spec.name != name:
        raise TypeError(f"{module.__name__} must declare the verb {name} as SPEC")
    return spec


COMMANDS: tuple[CommandSpec, ...] = find_commands()
