"""The verbs of `/release`, one file each; COMMANDS lists them in the order help shows them."""

from bot.engine.spec import CommandSpec
from commands import (
    abort,
    ack,
    adopt,
    changes,
    evidence,
    explain_verbs,
    mark,
    pause,
    promote,
    reload,
    resume,
    rollback,
    settle,
    start,
    status,
    whoami,
    why,
    why_not,
)

COMMANDS: tuple[CommandSpec, ...] = (
    start.SPEC,
    promote.SPEC,
    pause.SPEC,
    resume.SPEC,
    abort.SPEC,
    rollback.SPEC,
    ack.SPEC,
    settle.SPEC,
    mark.SPEC,
    adopt.SPEC,
    reload.SPEC,
    status.SPEC,
    changes.SPEC,
    why.SPEC,
    why_not.SPEC,
    evidence.SPEC,
    whoami.SPEC,
    explain_verbs.SPEC,
)
