"""What went wrong with a call, as one sentence and one bit: may the other side have acted?

HttpError
  sent=False   refused by us, no such host, nobody listens, no secure connection, held back
  sent=True    anything after a connection was there, Unusable answers included

Sentences name the origin alone: a path or a query may hold a secret.
"""

import errno
import os

import aiohttp

from bot.net.origins import origin
from bot.ports.http import HttpError, Request, Response


class BrokenOff(Exception):
    """A connection ended before its answer; kept from the library, which would send again."""


async def never_twice(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Left to itself the library repeats a broken-off PUT or DELETE without asking anybody."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise BrokenOff(str(error)) from error


def told(request: Request, error: Exception, *, sent: bool) -> HttpError:
    """The HttpError that stands for a library's or the system's error, with it as cause."""
    sentence = f"{request.method} {origin(request.url)}: {_because(error)}"
    told = HttpError(sentence, sent=sent)
    told.__cause__ = _root(error)
    return told


def late(request: Request, *, sent: bool) -> HttpError:
    """Nothing came in time."""
    stage = "no answer" if sent else "no connection"
    span = request.deadline.total_seconds()
    return HttpError(
        f"{request.method} {origin(request.url)}: {stage} within {span:g} s", sent=sent
    )


def held(request: Request, seconds: float, *, sent: bool) -> HttpError:
    """The host asked for a pause that is longer than this call may last."""
    sentence = f"{origin(request.url)} asked not to be called for another {seconds:.0f} s"
    return HttpError(f"{sentence}; try again then", sent=sent)


def stranger(place: str) -> HttpError:
    return HttpError(
        f"Nothing was called: {place} is not an address that the config names. "
        "Name it in the settings of the integration that needs it.",
        sent=False,
    )


def settled(answer: Response | HttpError) -> Response:
    """The answer, or its error raised."""
    if isinstance(answer, HttpError):
        raise answer
    return answer


_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "the host has no address here; check its name"),
    (aiohttp.ClientConnectorCertificateError, "its certificate is not trusted here"),
    (aiohttp.ClientSSLError, "no secure connection came about"),
    (BrokenOff, "the connection ended before an answer came"),
    (aiohttp.ClientPayloadError, "the answer breaks off in the middle"),
    (aiohttp.ClientResponseError, "the answer is not HTTP"),
    (aiohttp.InvalidURL, "the address cannot be called"),
)


def _because(error: Exception) -> str:
    named = next((words for kind, words in _KINDS if isinstance(error, kind)), None)
    if named is not None:
        return named
    number = getattr(error, "errno", None)
    if number == errno.ECONNREFUSED:
        return "nobody listens there"
    return os.strerror(number).lower() if isinstance(number, int) else type(error).__name__


def _root(error: Exception) -> BaseException:
    return error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
