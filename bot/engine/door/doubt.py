"""What was said near the bot, and yet is no request: nothing is done, and a button offers it."""

from typing import Final, Literal, TypeAlias

from bot.domain.terms.refusal import Code
from bot.engine.door.spec import Offer, Parsed, Unclear
from bot.engine.door.typed.unclear import offer
from bot.engine.record.engine import Answer

Doubt: TypeAlias = Literal["", "edited", "among_words"]
"""Why a line may not be done; empty for a request."""
EDITED: Final = "edited"
AMONG_WORDS: Final = "among_words"


def answer_edit() -> Answer:
    """No button: what the message asked before the edit may have been done already."""
    return Answer(
        text="Nothing new happened: you edited a message, and I read each message only once.",
        code=Code.EDITED,
        remedy="What it asked before stands. To ask for something else, write a new message.",
    )


def among_words(read: Parsed | Unclear) -> tuple[Answer, tuple[Offer, ...]]:
    """The line that the person may have meant, to be pressed."""
    offers = read.offers if isinstance(read, Unclear) else (offer(read.line),)
    remedy = "If you meant it, press the button." if offers else "To ask me, begin with my name."
    why = "that message does not begin with my name and a command, so I took it as talk"
    answer = Answer(text=f"Nothing happened: {why}.", code=Code.AMONG_WORDS, remedy=remedy)
    return answer, offers
