"""The address of [web]: looked at before anything is opened, and what is wrong with it said."""

import asyncio
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bot.config import Web

TAKEN: Final = "something else listens there already"
WHY: Final = {
    errno.EADDRINUSE: TAKEN,
    errno.EADDRNOTAVAIL: "this machine has no such address",
    errno.EACCES: "a port below 1024 is not given to everybody",
}
REMEDY: Final = (
    "End what listens there (ss -ltnp shows it; a slipway run may still be up), write another "
    "[web] port, or enabled = false where nobody asks over HTTP."
)


class NotListening(Exception):
    """The address cannot be listened at; the sentence says why, and what to do."""


@contextmanager
def explain_busy_address(at: Web) -> Iterator[None]:
    """Raises NotListening for an address that cannot be listened at."""
    try:
        yield
    except OSError as error:
        why = WHY.get(error.errno or 0, error.strerror or str(error))
        said = f"Not started: the bot cannot listen at {at.host}:{at.port}: {why}."
        raise NotListening(f"{said} {REMEDY}") from error


async def demand_address(at: Web) -> None:
    """Before the record is opened: what cannot listen shall not have begun anything.

    Raises NotListening.
    """
    if not at.enabled:
        return
    with explain_busy_address(at):
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, at.host, at.port)
    server.close()
    await server.wait_closed()
