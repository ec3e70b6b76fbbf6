"""The parts of a configured command, and what it passes on of the process's environment."""

import os
import shutil
from collections.abc import Mapping

from bot.ports.clock import Clock
from bot.ports.http import Http
from bot.ports.integration import Parts
from bot.ports.outcomes import NotFound
from integrations.command.deployer import CommandDeployer
from integrations.command.settings import CommandSettings

PLAIN = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR")
"""What programs cannot do without. The bot's own tokens are not among it."""


def build(settings: CommandSettings, http: Http, clock: Clock) -> Parts:
    return parts(settings, os.environ)


def parts(settings: CommandSettings, environment: Mapping[str, str]) -> Parts:
    wanted = (*PLAIN, *settings.pass_environment)
    passed = {name: environment[name] for name in wanted if name in environment}
    secrets = tuple(passed[name] for name in settings.pass_environment if name in passed)
    deployer = CommandDeployer(settings=settings, environment=passed, secrets=secrets)

    async def check() -> str:
        return runnable(settings, passed)

    return Parts(deployer=deployer, check=check)


def runnable(settings: CommandSettings, environment: Mapping[str, str]) -> str:
    """A sentence about the programs, none of which is run. Raises NotFound where one is missing."""
    lists = (settings.apply, settings.observe, settings.find, settings.versions)
    programs = list(dict.fromkeys(words[0] for words in lists if words))
    for program in programs:
        path = str(settings.cwd / program) if "/" in program else program
        if shutil.which(path, path=environment.get("PATH")) is None:
            raise NotFound(
                f"{program} cannot be run: there is no such program in {settings.cwd}, or it is "
                "not executable. Put it there, or correct its name in the config."
            )
    return f"{', '.join(programs)} can be run; nothing was run now"
