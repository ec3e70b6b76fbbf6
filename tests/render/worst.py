"""The worst that people, services, versions and reasons may be called, and what is drawn of them.

A new renderer is one line: drawn from a release, in MESSAGES of tests/render/messages.py; drawn
from words alone, in SAID; a modal or a Home tab, in VIEWS. test_worst.py then draws it of every
state and of all of WORDS, and holds it to Slack's limits, slack_sdk's models and a lock screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot.domain.facts.advance import AdvanceRefused, AdvanceWaited
from bot.domain.facts.advice import AdviceGiven
from bot.domain.state.advice import Deploy, Score
from bot.domain.state.override import GATES, Override, Review
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Rules
from bot.ports.chat import Block, Message
from bot.render import advance, advice, answers, home, why_not
from bot.render.kit import forms
from bot.render.kit.blocks import VALUE, cut_plain, escape, harmless, one_line, section
from bot.render.kit.verbs import HelpGroup, VerbHelp
from bot.render.kit.view import HomeRow, ReleaseView
from bot.render.override import messages
from bot.render.release import evidence, plan, start_form
from tests.render import outlooks
from tests.render.builders import TWO, rules, view_of
from tests.render.stories import STORIES
from tests.render.strategies import Words

WORDS: Mapping[str, str] = {
    "plain": "checkout",
    "long": "x" * 3000,
    "right to left": "إصدار الدفع שחרור " * 170,
    "turned around": "\u202eabc\u202c \u2066def\u2069 \u200f1.2\u200e",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈👍🏽" * 200,
    "marks": "&<>*_~`&amp;lt;" * 250,
    "lines": "one\n\n```two```\r\n> three\u2028four\tfive",
    "calls": "<!channel> <!here> <@U0ANA> <#C0SHOP> <!subteam^S1> <https://evil.example|ok> @here",
    "dates": "<!date^1^{time}|now> |> ^",
    "nothing": " \u200b ",
    "half": "\ud83d \udc4d",
}


@cache
def worst(story: str, words: str) -> ReleaseView:
    """The story, with these words wherever a person or a machine may write some."""
    told = Words([words])
    return view_of(
        tuple(told.into(fact) for fact in STORIES[story]),
        names={"U0MEI": words, "U0RUI": words},
        paged=words,
        mention=("U0MEI", words, "cli:root"),
    )


def fleet(words: str) -> list[ReleaseView]:
    """200 releases, in every state that there is."""
    each = [worst(story, words) for story in STORIES]
    return (each * 200)[:200]


def tab(words: str) -> home.HomeView:
    """The Home tab of somebody whom 200 releases wait for, with every silence and fault."""
    safe = escape(one_line(words))
    return home.HomeView(
        waiting=(HomeRow(text=safe),) * 40,
        yours=tuple(fleet(words)),
        live=tuple(fleet(words)),
        ahead=(safe,) * 40,
        lately=((words, 7),) * 40,
        sources=(home.SourceSign(name=words, silent_since=TWO),) * 40,
        faults=(words,) * 40,
        started=TWO,
        now=TWO,
    )


def listed(words: str) -> evidence.Json:
    """What an auditor gets, in these words."""
    seen = worst("rolled-back", words)
    row = {"seq": 1, "at": TWO.isoformat(), "stream": "R-142", "kind": "Paused", "hash": "0" * 64}
    kept = ({"U0MEI": words}, (1, "0" * 64), TWO + timedelta(hours=1))
    return evidence.document(seen.release, seen.facts, [row] * len(seen.facts), [], kept)


def named(words: str) -> Rules:
    return replace(rules(), service=words, environment=words)


def asked(words: str) -> str:
    """A request as long as a button can carry."""
    return cut_plain(one_line(f"start {words}"), VALUE - 100)


def here(words: str) -> messages.Here:
    names = {"U0MEI": words, "U0RUI": words}
    return messages.Here(service=words, environment=words, now=TWO, names=names)


def let_past(words: str) -> Override:
    return Override(
        id="O-1",
        gates=GATES,
        version=words,
        release=words,
        by="U0MEI",
        because=words,
        asked_at=TWO,
        until=TWO + timedelta(hours=4),
    )


def looked_at(words: str) -> Review:
    return Review(release=words, version=words, because=words, opened_at=TWO, due_at=TWO)


def help_of(usage: str, summary: str, example: str, times: int = 1) -> tuple[HelpGroup, ...]:
    verb = VerbHelp(name=usage, usage=usage, summary=summary, examples=(example,))
    return (HelpGroup(name="", verbs=(verb,) * times),)


SAID: Mapping[str, Callable[[str], Message]] = {
    "answer": answers.answer,
    "refusal": lambda w: answers.refusal(w, w, [(w, f"why {w}"), (w, f"rollback {w}")] * 9),
    "add_buttons": lambda w: answers.add_buttons(answers.answer(w)),
    "help_text": lambda w: answers.help_text(help_of(w, w, w, times=40), "/release"),
    "help_text one": lambda w: answers.help_text(help_of(w, w, w), w),
    "whoami": lambda w: answers.whoami("U0MEI", w, {f"{w} {n}": [w] for n in range(200)}, [w] * 9),
    "status_list of 200": lambda w: answers.status_list(fleet(w), TWO),
    "changes of 200": lambda w: answers.changes(fleet(w)),
    "plan": lambda w: plan.plan(worst("preflight", w), [(w, w)] * 30, [w] * 9),
    "tell_waiting": lambda w: advance.tell_waiting(
        AdvanceWaited(at=TWO, by=w, release="R-1", version=w, live=w, until=TWO), w
    ),
    "tell_not_taken_on": lambda w: advance.tell_not_taken_on(
        AdvanceRefused(
            at=TWO, by=w, release="R-1", version=w, reason=Refusal(code=w, sentence=w, remedy=w)
        ),
        w,
        w,
    ),
    "weekly": lambda w: advice.weekly(Score(seen=41, would=2), named(w)),
    "would_have": lambda w: advice.would_have(
        Deploy(number=1, revision=w, baseline=w, weight=10.0, began=TWO, at=TWO),
        AdviceGiven(at=TWO, by=w, number=1, revision=w, weight=10.0, because=w, verdicts=()),
        named(w),
    ),
    "why_not": lambda w: why_not.why_not(w, [(w, w)] * 30, w, w, [w] * 30),
    "ask_message": lambda w: messages.ask_message(let_past(w), here(w)),
    "granted_message": lambda w: messages.granted_message(
        replace(let_past(w), granted_by="U0RUI"), here(w)
    ),
    "refused_message": lambda w: messages.refused_message(let_past(w), "U0RUI", here(w)),
    "glass": lambda w: messages.glass(replace(let_past(w), glass=True, own=w), here(w)),
    "overruled": lambda w: messages.overruled(let_past(w), here(w)),
    "owed_message": lambda w: messages.owed_message(looked_at(w), here(w)),
    "closed_message": lambda w: messages.closed_message(
        replace(looked_at(w), closed_by=w, said=w), here(w)
    ),
    "calendar_answer": outlooks.wild,
    "beneath": lambda w: messages.beneath(
        answers.answer(w),
        [
            messages.standing_line(let_past(w), here(w)),
            messages.owed_line(looked_at(w), here(w)),
        ]
        * 40,
    ),
    "summary": lambda w: evidence.summary(listed(w)),
}
VIEWS: Mapping[str, Callable[[str], Block]] = {
    **{
        name: lambda w, name=name: forms.reason_view(  # type: ignore[misc]
            forms.AskedForm(name=name, line=asked(w), release="R-1", held={"because": w}),
            forms.Origin(channel="C0SHOP", thread="1.1", url="https://hooks.example/" + "u" * 90),
        )
        for name in forms.REASONS
    },
    "home": lambda w: home.home(tab(w)),
    "closed": home.closed_tab,
    "start": lambda w: start_form.start_view(
        forms.AskedForm(
            name="start", line="start", held={"service": w, "version": w, "because": w}
        ),
        forms.Origin(channel="C0SHOP"),
        start_form.Choices(
            services={f"{harmless(w)} {n}": (harmless(w), "prod") for n in range(200)},
            versions={w: (w,) * 9},
        ),
    ),
    "note": lambda w: forms.note_view(w, [section(escape(w))]),
}
