"""What is still named badly. These lists only shrink: mend one, and take it out here."""

from collections.abc import Collection

from tests.house.names import words

# Public types that several files declare, and how many do. `Rulebook` is a port and its class.
DOUBLE_TYPES: dict[str, int] = {
    "Answer": 3,
    "Api": 3,
    "Call": 2,
    "Clock": 2,
    "Deed": 2,
    "Desk": 2,
    "Door": 3,
    "Entry": 2,
    "Event": 2,
    "Known": 2,
    "Message": 2,
    "Outcome": 2,
    "Pending": 2,
    "Person": 2,
    "Problem": 3,
    "Refusal": 2,
    "Reply": 2,
    "Request": 2,
    "Rulebook": 2,
    "Seed": 2,
    "Seen": 3,
    "Served": 3,
    "SignedHttp": 2,
    "Standing": 2,
    "State": 2,
    "Stream": 2,
    "SystemClock": 2,
    "Tally": 2,
    "Tasks": 2,
    "Window": 2,
}
# Files named by a verb in -ing, where a noun would say what is in them.
GERUNDS = words("""
    bot/cli/following.py
    bot/cli/listening.py
    bot/cli/reloading.py
    bot/cli/wiring.py
    bot/config/reading.py
    bot/domain/judge/reading.py
    bot/net/outgoing.py
    bot/practice/fleet/deploying.py
    bot/practice/fleet/serving.py
    bot/practice/fleet/showing.py
    bot/practice/workspace/people/pressing.py
    bot/practice/workspace/people/talking.py
    bot/practice/workspace/wire/reading.py
    bot/slack/finding.py
    bot/store/opening.py
    integrations/command/reading.py
    integrations/git/reading.py
    integrations/practice/reading.py
    """)
# Functions named by a participle alone that other files import: a verb would say what they do.
PARTICIPLES = words("""
    bot/cli/adopted.py:adopted
    bot/cli/listening.py:explained
    bot/config/errors.py:ordered
    bot/config/errors.py:placed
    bot/config/layers.py:merged
    bot/config/services.py:released
    bot/config/shape.py:spelled
    bot/config/translate.py:validated
    bot/config/vendors.py:configured
    bot/config/words.py:listed
    bot/config/words.py:shown
    bot/domain/decide/advice.py:told
    bot/domain/decide/calendar_hold.py:covered
    bot/domain/decide/gate.py:answered
    bot/domain/decide/known.py:denied
    bot/domain/decide/override.py:broken
    bot/domain/decide/override.py:meant
    bot/domain/decide/override.py:spelled
    bot/domain/decide/vote/open.py:changed
    bot/domain/decide/vote/open.py:voided
    bot/domain/decide/vote/who.py:barred
    bot/domain/decide/watch.py:judged
    bot/domain/decide/watch.py:seen
    bot/domain/judge/words.py:compared
    bot/domain/judge/words.py:stopped
    bot/domain/state/moves.py:unmoved
    bot/domain/state/override.py:waived
    bot/domain/state/people.py:named
    bot/domain/state/vote.py:assigned
    bot/domain/terms/emergency.py:shortened
    bot/engine/door/typed/text.py:shown
    bot/engine/door/visibility.py:hidden
    bot/engine/door/why_not.py:proposed
    bot/engine/lanes/changes.py:brought
    bot/engine/lanes/delivery.py:delivered
    bot/engine/people/rulebook.py:given
    bot/engine/record/answers.py:refused
    bot/engine/watch/pulse.py:unnoted
    bot/net/errors.py:held
    bot/net/errors.py:settled
    bot/net/errors.py:told
    bot/ports/answers.py:said
    bot/ports/fields.py:shown
    bot/practice/fleet/breaks.py:broken
    bot/practice/fleet/breaks.py:shown
    bot/practice/fleet/tally.py:merged
    bot/practice/page/tries.py:shown
    bot/practice/stage/governed.py:governed
    bot/practice/stage/stage.py:opened
    bot/practice/workspace/methods/call.py:joined
    bot/practice/workspace/methods/call.py:paged
    bot/practice/workspace/people/inputs.py:held
    bot/practice/workspace/people/inputs.py:listed
    bot/practice/workspace/wire/asked.py:guarded
    bot/render/advance.py:refused
    bot/render/advance.py:waited
    bot/render/home.py:closed
    bot/render/kit/forms.py:sent
    bot/render/kit/voice.py:listed
    bot/render/override/sentences.py:flagged
    bot/render/release/alerts.py:ended
    bot/render/release/buttons.py:made
    bot/render/release/card.py:measured
    bot/render/release/evidence.py:anchored
    bot/render/release/truth.py:confirmed
    bot/render/why_not.py:called
    bot/render/why_not.py:spelled
    bot/slack/answers.py:shown
    bot/slack/finding.py:meant
    bot/slack/trial.py:introduced
    bot/store/failures.py:refused
    bot/store/reads.py:replied
    bot/web/api_answers.py:said
    bot/web/api_answers.py:spelled
    bot/web/api_answers.py:spoken
    bot/web/api_reads.py:listed
    bot/web/api_reads.py:told
    commands/common.py:meant
    """)


def shrinks(found: Collection[str], listed: Collection[str]) -> list[str]:
    """What is new, and what is mended but still listed."""
    return [
        *(f"new: {each}" for each in sorted(set(found) - set(listed))),
        *(f"mended, take it out: {each}" for each in sorted(set(listed) - set(found))),
    ]
