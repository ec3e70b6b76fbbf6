"""Where this package gets chance from when nobody hands them in."""

from random import Random


def fresh_random() -> Random:
    """Ids nobody can foresee; tests hand in a seeded one instead."""
    return Random()
