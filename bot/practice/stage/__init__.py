"""The stage: a practice workspace, a practice fleet, and the real bot in a process of its own."""

from bot.practice.stage.stage import Stage, opened
from bot.practice.stage.stories import ADVISED, STORIES, Story

__all__ = ["ADVISED", "STORIES", "Stage", "Story", "opened"]
