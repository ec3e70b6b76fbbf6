"""The picture in the README: the script still makes it, of the messages that it is known for."""

from pathlib import Path

from tests.practice.page.picture import CARD, DOCS, FILES, GOING, OVER, draw
from tests.servers import needs_server

README = (DOCS.parent / "README.md").read_text(encoding="utf-8")
PNG = b"\x89PNG\r\n\x1a\n"
MOST = 300_000


def size(picture: bytes) -> tuple[int, int]:
    """Width and height, as the head of a PNG says them."""
    return int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])


@needs_server("chromium")
async def test_it_can_be_made_again_of_the_same_messages(tmp_path: Path) -> None:
    said = await draw(tmp_path)
    assert said.index(CARD) < said.index(GOING) < said.index(OVER)
    assert "(limit 5 %," in said
    for name in FILES.values():
        kept, made = ((folder / name).read_bytes() for folder in (DOCS, tmp_path))
        assert made.startswith(PNG)
        assert size(made)[0] == size(kept)[0]
        assert 0.8 < size(made)[1] / size(kept)[1] < 1.25


def test_it_is_small_enough_to_be_looked_at_and_the_readme_shows_it() -> None:
    for name in FILES.values():
        assert len((DOCS / name).read_bytes()) < MOST
        assert f"docs/{name}" in README
