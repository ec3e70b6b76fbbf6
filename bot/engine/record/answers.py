"""What became of an intent, as whoever asked is told."""

from dataclasses import dataclass

from bot.domain.terms.refusal import Code, Refusal
from bot.ports.store import BeingRecorded, Committed, Json, Replayed, Withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an intent: what the asker is told, and the release it is about.

    `code` is empty where it was accepted. `recorded` is False where nothing was written.
    """

    text: str
    code: str = ""
    remedy: str = ""
    release: str = ""
    recorded: bool = True

    @property
    def ok(self) -> bool:
        return not self.code

    def plain(self) -> Json:
        return {
            "text": self.text,
            "code": self.code,
            "remedy": self.remedy,
            "release": self.release,
        }


WITHDRAWN = Answer(
    text="Not recorded: the record did not take it in time, and it has been withdrawn.",
    code=Code.WITHDRAWN,
    remedy="Please repeat it; if that goes on, look at /release status.",
    recorded=False,
)


def nothing_there(release_id: str) -> Answer:
    return Answer(
        text=f"Nothing happened: there is no {release_id}.",
        code=Code.UNKNOWN_RELEASE,
        remedy="Look at /release status for the releases there are.",
        recorded=False,
    )


def answer_refusal(refusal: Refusal, release_id: str) -> Answer:
    return Answer(
        text=refusal.sentence,
        code=refusal.code,
        remedy=refusal.remedy,
        release=release_id,
        recorded=False,
    )


def answer_to(result: Committed | Replayed | Withdrawn | BeingRecorded, done: Answer) -> Answer:
    if isinstance(result, Committed):
        return done
    if isinstance(result, Replayed):
        return Answer(**(result.reply or done.plain()))
    if isinstance(result, Withdrawn):
        return WITHDRAWN
    return Answer(
        text="It is being recorded; that takes longer than usual.",
        code=Code.BEING_RECORDED,
        remedy="Look at /release status in a moment before you repeat it.",
    )
