"""What a config says about a Prometheus server."""

from base64 import b64encode
from datetime import timedelta
from typing import Annotated, Self

from pydantic import SecretStr, field_validator, model_validator

from bot.ports.fields import Address, span
from bot.ports.integration import Settings


class PrometheusSettings(Settings):
    """`url` is the server, with its prefix where it has one: https://host/prometheus.

    Credentials are either `token`, or `user` and `password`. `tenant` is the X-Scope-OrgID of
    servers that are shared.
    """

    url: Address
    """The server, with its prefix where it has one."""
    token: SecretStr | None = None
    """Sent as a bearer token, instead of `user` and `password`."""
    user: str | None = None
    """The user name; it needs `password`."""
    password: SecretStr | None = None
    """The password of `user`."""
    tenant: str | None = None
    """The X-Scope-OrgID of servers that are shared."""
    deadline: Annotated[timedelta, span(timedelta(minutes=2))] = timedelta(seconds=10)
    """How long one answer may take."""

    @field_validator("url")
    @classmethod
    def _without_the_api(cls, url: str) -> str:
        if "?" in url:
            raise ValueError("a server's address has no ? in it; queries belong to the checks")
        return url.rstrip("/").removesuffix("/api/v1")

    @model_validator(mode="after")
    def _one_kind_of_credentials(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together; give both or neither")
        if self.token is not None and self.user is not None:
            raise ValueError(
                "there are two kinds of credentials; give either token, or user and password"
            )
        return self

    def secrets(self) -> dict[str, str]:
        """The header that proves who asks."""
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token.get_secret_value()}"}
        if self.user is None or self.password is None:
            return {}
        pair = f"{self.user}:{self.password.get_secret_value()}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}
