"""The stage: a practice workspace, a practice fleet, and the real bot in a process of its own."""

from bot.practice.stage.stage import Stage, opened
from bot.practice.stage.stories import STORIES, Story

__all__ = ["STORIES", "Stage", "Story", "opened"]
