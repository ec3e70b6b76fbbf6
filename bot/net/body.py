"""An answer's body, never more of it in memory than its reader asked for."""

import zlib
from collections.abc import AsyncIterator

from bot.ports.http import HttpError

_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_PLAIN = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})


class Unusable(HttpError):
    """It answered, and asking again would bring the same."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, sent=True)


async def read_body(chunks: AsyncIterator[bytes], encoding: str, cap: int) -> bytes:
    """All of a body after decompression. Raises Unusable beyond `cap` bytes, and for what
    does not decompress."""
    kind = encoding.strip().lower()
    if kind not in _PLAIN | _PACKED:
        raise Unusable(f"the answer is packed as {kind[:40]!r}, which nobody asked for")
    unpack = Unpacker(cap) if kind in _PACKED else Plain(cap)
    async for chunk in chunks:
        unpack.feed(chunk)
    return unpack.finish()


class Plain:
    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._body = bytearray()

    def feed(self, chunk: bytes) -> None:
        self._body += chunk
        if len(self._body) > self._cap:
            raise too_large(self._cap)

    def finish(self) -> bytes:
        return bytes(self._body)


class Unpacker(Plain):
    """Several gzip members after one another are one body, as RFC 1952 has it."""

    def __init__(self, cap: int) -> None:
        super().__init__(cap)
        self._taken = 0
        self._stream = zlib.decompressobj(_ZLIB_OR_GZIP)

    def feed(self, chunk: bytes) -> None:
        self._taken += len(chunk)
        # Members that unpack to nothing would otherwise come for ever.
        if self._taken > self._cap + 1024:
            raise too_large(self._cap)
        while chunk:
            chunk = self._inflate(chunk)

    def finish(self) -> bytes:
        if self._taken and not self._stream.eof:
            raise Unusable("the answer breaks off in the middle")
        return super().finish()

    def _inflate(self, chunk: bytes) -> bytes:
        if self._stream.eof:
            self._stream = zlib.decompressobj(_ZLIB_OR_GZIP)
        try:
            super().feed(self._stream.decompress(chunk, self._cap - len(self._body) + 1))
        except zlib.error as error:
            raise Unusable("the answer says it is packed, but does not unpack") from error
        return self._stream.unused_data or self._stream.unconsumed_tail


def too_large(cap: int) -> Unusable:
    return Unusable(f"the answer is larger than {cap:,} bytes")
