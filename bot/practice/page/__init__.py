"""The page of the practice workspace: a chat workspace in a browser, with the fleet beside it."""

from bot.practice.page.keeper import PAGE_TEMPO
from bot.practice.page.parts import PageParts
from bot.practice.page.server import ServedPage, serve_page

__all__ = ["PAGE_TEMPO", "PageParts", "ServedPage", "serve_page"]
