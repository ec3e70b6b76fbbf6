"""The form that starts a release: service, environment, version, because. Filled as far as known.

Choosing a service draws the form again with the environments of that one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.terms.refusal import Code
from bot.ports.chat import Block
from bot.render.kit.blocks import cut_plain, escape, one_line, plain_text, section
from bot.render.kit.forms import (
    BECAUSE,
    CHOOSE,
    HINT,
    LABEL,
    AskedForm,
    Origin,
    note_view,
    text_input,
    view,
)
from bot.render.kit.voice import place_of

SERVICE: Final = "service"
ENVIRONMENT: Final = "environment"
VERSION: Final = "version"
OPTIONS: Final = 100
OPTION_VALUE: Final = 150
OPTION: Final = 75
SHOWN: Final = 5
WORD: Final = 128
ROOM: Final = 200_000
"""Of the 250,000 bytes that Slack takes for a view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What may be chosen: each service's environments, and versions that are known of it."""

    services: Mapping[str, Sequence[str]]
    versions: Mapping[str, Sequence[str]]


def start_view(asked: AskedForm, origin: Origin, choices: Choices) -> Block:
    named = [name for name in choices.services if len(name) <= OPTION_VALUE]
    if not named:
        return note_view("Start a release", [section(NOTHING)])
    held = asked.held
    service = held.get(SERVICE, "") if held.get(SERVICE) in named else ""
    if not service and len(named) == 1:
        service = named[0]
    places = choices.services.get(service, ())
    blocks = [
        _chooser(SERVICE, SERVICE, "Service", named, service) | {"dispatch_action": True},
        *([_places(service, places, held.get(ENVIRONMENT, ""))] if places else []),
        _version(held.get(VERSION, ""), choices.versions.get(service, ())),
        text_input(BECAUSE, "Because", "All can read it.", held.get(BECAUSE, ""), 0)
        | {"optional": True},
    ]
    return view("Start a release", "Start", asked, origin, blocks)


NOTHING: Final = "No service is configured yet. Whoever runs this bot adds one under [services]."


def _places(service: str, places: Sequence[str], held: str) -> Block:
    """Its own block for each service, so that a choice made for another one does not stay."""
    first = held if held in places else places[0] if len(places) == 1 else ""
    name = f"{ENVIRONMENT}:{service}"[:255]
    labels = {place: place_of(place) for place in places}
    return _chooser(name, ENVIRONMENT, "Environment", places, first, labels)


def _version(held: str, known: Sequence[str]) -> Block:
    hint = f"Certified before: {', '.join(known[:SHOWN])}" if known else "As it is tagged."
    field = text_input(VERSION, "Version", cut_plain(hint, HINT), held[:WORD], 1, lines=False)
    element = {**field["element"], "max_length": WORD, "placeholder": plain_text("v1.4.2", 150)}
    return {**field, "element": element}


def _chooser(
    block_id: str,
    name: str,
    label: str,
    offered: Sequence[str],
    first: str,
    labels: Mapping[str, str] | None = None,
) -> Block:
    """A menu of names; more than a hundred go in groups."""
    options = _fitting([_option(each, (labels or {}).get(each, each)) for each in offered], first)
    element: Block = {
        "type": "static_select",
        "action_id": f"{CHOOSE}{name}" if name == SERVICE else name,
        "placeholder": plain_text("Choose one", 150),
    }
    if len(options) <= OPTIONS:
        element["options"] = options
    else:
        element["option_groups"] = list(_groups(options))
    chosen = next((each for each in options if each["value"] == first), None)
    if chosen is not None:
        element["initial_option"] = chosen
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, LABEL),
        "element": element,
    }


def _fitting(options: Sequence[Block], first: str) -> list[Block]:
    """As many as a view can carry, the chosen one among them; the others can still be typed."""
    room, kept = ROOM, []
    for option in options:
        room -= len(json.dumps(option)) + 2
        if room >= 0 or option["value"] == first:
            kept.append(option)
    return kept


def _option(value: str, label: str) -> Block:
    return {"text": plain_text(label, OPTION), "value": value}


def _groups(options: Sequence[Block]) -> list[Block]:
    parts = [options[at : at + OPTIONS] for at in range(0, len(options), OPTIONS)][:OPTIONS]
    return [
        {
            "label": plain_text(f"{_first(part[0])} – {_first(part[-1])}", OPTION),
            "options": list(part),
        }
        for part in parts
    ]


def _first(option: Block) -> str:
    return str(option["text"]["text"])[:30]


def start_line(values: Mapping[str, str]) -> str:
    """What was chosen, as it is typed."""
    because = escape(one_line(values.get(BECAUSE, "")))
    place = values.get(ENVIRONMENT, "")
    told = f"start {values.get(SERVICE, '')} {escape(values.get(VERSION, '').strip())}"
    where = f"{told} to {place}" if place else told
    return f"{where} because {because}" if because else where


def start_faults(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the fields themselves, by field."""
    if len(values.get(VERSION, "").split()) != 1:
        return {VERSION: "A version is one word, as v1.4.2."}
    return {}


def start_field(code: str) -> str:
    """The field that a refusal is about: most are about the service as a whole."""
    return VERSION if "VERSION" in code or code in ABOUT_VERSION else SERVICE


ABOUT_VERSION: Final = frozenset({Code.MARKED_BAD, "ALREADY_THERE", Code.NOT_CERTIFIED_BEFORE})
