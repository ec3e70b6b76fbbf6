"""Specs and a world for the grammar's tests: the verbs of the first issue, three services."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.domain.intents import release as i
from bot.engine.door.grammar import Parsed, Ref, Surroundings, Unclear, Vocabulary, parse
from bot.engine.door.spec import CommandSpec, Effectful, Named, VerbGroup, What, Word

SERVICE: Final[frozenset[Named]] = frozenset({"service"})
MAKES: Final = {"start": i.Start, "rollback": i.Rollback, "pause": i.Pause}


async def unheard(_ask: object) -> None:
    """These verbs are only read, never run."""


def ask(
    name: str, *aliases: str, what: What = "optional", words: frozenset[Word] = frozenset()
) -> CommandSpec:
    return CommandSpec(
        name=name,
        usage=f"{name} [what]",
        summary=f"Tells the {name}.",
        examples=(f"{name} checkout",),
        does=Effectful.ASK,
        group=VerbGroup.ASK,
        order=0,
        run=unheard,
        aliases=aliases,
        what=what,
        words=words,
    )


def act(name: str, *aliases: str, words: frozenset[Word] = frozenset()) -> CommandSpec:
    spec = ask(name, *aliases, what="required", words=words | {"to", "because"})
    return replace(spec, does=Effectful.ACT, usage=f"{name} <what>", intent=MAKES.get(name))


STATUS = ask("status", "list", words=frozenset({"to"}))
CHANGES = ask("changes", "history", "recent", words=frozenset({"to", "since"}))
WHY = ask("why", what="required")
WHOAMI = ask("whoami", what="none")
HELP = replace(ask("help", what="none"), takes_verb=True)
START = replace(
    act("start", "deploy", "ship", words=frozenset({"until", "hotfix"})),
    usage="start <service> <version|latest> [to env]",
    names=SERVICE,
    takes_version=True,
)
PROMOTE = replace(act("promote", words=frozenset({"early"})), crosses=True)
PAUSE = act("pause", "hold", "stop", "wait", words=frozenset({"for", "until"}))
RESUME = act("resume", "unpause", "continue")
ABORT = act("abort", "cancel")
ROLLBACK = replace(act("rollback", "undo", "revert"), takes_version=True)
ADOPT = replace(act("adopt"), names=SERVICE)
VOTE = replace(act("vote"), choices=("go", "no-go", "abstain"), what="optional")
FREEZE = replace(act("freeze", "lock"), choices=("all",), what="optional")

SPECS: Final = (
    START,
    PROMOTE,
    PAUSE,
    RESUME,
    ABORT,
    ROLLBACK,
    ADOPT,
    STATUS,
    CHANGES,
    WHY,
    WHOAMI,
    HELP,
)
MORE: Final = (*SPECS, VOTE, FREEZE)

LIVE = Ref("R-142", "checkout", "prod")
WORLD: Final = Surroundings(
    vocabulary=Vocabulary(
        MORE,
        {
            "checkout": ("staging", "prod"),
            "ledger": ("dev", "staging", "production"),
            "handbook": ("prod",),
            "payments-api": ("staging", "eu"),
        },
    ),
    live=(LIVE,),
    versions={"checkout": ("v1.4.1", "v1.4.2", "nightly")},
)
BUSY: Final = replace(
    WORLD, live=(LIVE, Ref("R-141", "ledger", "staging"), Ref("R-140", "ledger", "production"))
)
QUIET: Final = replace(WORLD, live=())
THREAD: Final = replace(WORLD, thread=LIVE)


def speaking(world: Surroundings, specs: Sequence[CommandSpec]) -> Surroundings:
    """The same world with other verbs."""
    return replace(world, vocabulary=Vocabulary(specs, world.services))


def serving(world: Surroundings, services: Mapping[str, tuple[str, ...]]) -> Surroundings:
    """The same world with other services."""
    return replace(world, vocabulary=Vocabulary(world.vocabulary.specs, services))


def read(text: str, world: Surroundings = WORLD, verb: str | None = None) -> Parsed:
    """The request in `text`; fails where it is unclear."""
    got = parse(text, world, verb=verb)
    assert isinstance(got, Parsed), got
    return got


def refuse(text: str, world: Surroundings = WORLD, verb: str | None = None) -> Unclear:
    """What is unclear in `text`; fails where it was understood."""
    got = parse(text, world, verb=verb)
    assert isinstance(got, Unclear), got
    return got


def told(text: str, world: Surroundings = WORLD, verb: str | None = None) -> str:
    """The request in one line: verb, service, release, environment, version, words."""
    got = read(text, world, verb)
    slots = (got.service, got.release, got.environment, got.version, got.choice, got.topic)
    words = tuple(f"{word}={got.words[word]}" for word in sorted(got.words))
    return " ".join(filter(None, (got.verb, *slots, *words)))
