"""What a config says about metrics pages to be scraped."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import SecretStr, model_validator

from bot.ports.fields import Address, span
from bot.ports.integration import Settings


class ExpositionSettings(Settings):
    """`url` is one page, `urls` several of the same service, which are added up.

    All pages of one scrape have to answer: half of the instances would be a wrong number.
    """

    url: Address | None = None
    """The page with the counters, where it is one."""
    urls: tuple[Address, ...] = ()
    """The pages of one service, which are added up, instead of `url`."""
    deadline: Annotated[timedelta, span(timedelta(minutes=1))] = timedelta(seconds=5)
    """How long one page may take to answer."""
    token: SecretStr | None = None
    """Sent as a bearer token."""

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if (self.url is None) == (not self.urls):
            raise ValueError("url and urls are both here, or both missing; give one of them")
        if len(set(self.urls)) < len(self.urls):
            raise ValueError("urls names a page twice, which would count it twice; leave one out")
        return self

    @property
    def pages(self) -> tuple[str, ...]:
        return self.urls or ((self.url,) if self.url else ())
