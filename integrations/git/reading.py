"""What `git log` says, as changes; and which names may be asked for at all. Pure.

Every name is checked against an allow-list before git sees it, so none is an option, a range, a
path or an instruction of git's own.
"""

import re
from datetime import UTC, datetime

from bot.domain.terms.changes import Author, Change
from bot.ports.outcomes import Nonsense, NotFound

FORMAT = "--format=tformat:%H%x00%ct%x00%an%x00%ae%x00%s%x00%b"
"""Six fields, each ended by NUL, which no commit can hold."""
FIELDS = 6

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+/-]{0,199}")
_HASH = re.compile(r"[0-9a-f]{7,64}")
_SECONDS = re.compile(r"[0-9]{1,11}")
_CO_AUTHOR = re.compile(
    r"^[ \t]*co-authored-by:[ \t]*(?P<name>[^<\n]*?)[ \t]*<(?P<email>[^>\n]*)>", re.I | re.M
)


def references(version: str, tag: str) -> tuple[str, ...]:
    """What a version may be called, the likeliest first. Raises NotFound for what is no name.

    Branches are not among it: they move, and a version does not.
    """
    if not is_safe(version):
        raise NotFound(
            f"{version[:60]!r} is not looked up in git: it may have letters, digits and . _ + / - "
            "in it, and begins with a letter or digit. Name a tag or a commit."
        )
    bare = version[1:] if re.match(r"[vV][0-9]", version) else version
    names = dict.fromkeys((version, bare, f"v{bare}"))
    tags = tuple(f"refs/tags/{tag.replace('$version', name)}" for name in names)
    return (*tags, version) if _HASH.fullmatch(version) else tags


def is_safe(name: str) -> bool:
    parts = name.split("/")
    odd = any(not part or part.startswith(".") or part.endswith(".lock") for part in parts)
    return bool(_NAME.fullmatch(name)) and ".." not in name and not odd and name[-1] != "."


def changes_in(output: bytes) -> tuple[Change, ...]:
    """Every commit of a log. Raises Nonsense where it is not in FORMAT."""
    fields = output.decode("utf-8", "replace").split("\0")
    last = fields.pop()
    if last or len(fields) % FIELDS:
        raise Nonsense("git's log is not in the form that was asked for. Look at it by hand.")
    rows = (fields[at : at + FIELDS] for at in range(0, len(fields), FIELDS))
    return tuple(_change(row) for row in rows)


def _change(row: list[str]) -> Change:
    revision, at, name, email, subject, body = row
    if not _HASH.fullmatch(revision) or not _SECONDS.fullmatch(at):
        raise Nonsense("git's log is not in the form that was asked for. Look at it by hand.")
    first = Author(name=name, email=email)
    co_authors = (
        Author(name=found["name"], email=found["email"].strip())
        for found in _CO_AUTHOR.finditer(body)
    )
    return Change(
        revision=revision,
        subject=subject[:200],
        at=datetime.fromtimestamp(int(at), UTC),
        authors=tuple(dict.fromkeys((first, *co_authors))),
    )
