"""Somebody who types at the door of a small shop: checkout in staging and prod, ledger in prod."""

from dataclasses import replace

from bot.domain.intents.bot import ReloadConfig
from bot.domain.terms.rules import Rules
from bot.engine.door.door import Desk, Door, Inbound, Reply
from bot.engine.record.engine import Answer
from bot.ports.deployer import Target
from commands import COMMANDS
from tests.domain.builders import MEI, OLD
from tests.engine.rig import Rig, lenient

PROD = lenient()
STAGED: tuple[Rules, ...] = (
    lenient(environment="staging"),
    lenient(after="staging"),
    replace(lenient(), service="ledger"),
)


class Shop:
    def __init__(self, *pinned: Rules, **world: object) -> None:
        self.rig = Rig(*pinned, **world)  # type: ignore[arg-type]
        self.reloads: list[str] = []
        rig = self.rig
        self.desk = Desk(
            engine=rig.engine,
            ports=rig.ports,
            book=rig.book,
            readers=rig.readers,
            specs=COMMANDS,
            reload=self._reload,
        )
        self.door = Door(self.desk)
        self.typed = 0

    async def _reload(self, by: str, key: str) -> Answer:
        intent = ReloadConfig(by=by, digest="d", told="Reloaded: nothing changed.")
        answer = await self.rig.engine.order(intent, inbox=key)
        self.reloads += [by] if answer.ok else []
        return answer

    async def types(
        self,
        text: str,
        by: str = MEI,
        via: str = "slash",
        verb: str | None = None,
        seen: str = "",
        release: str = "",
    ) -> Reply:
        self.typed += 1
        return await self.door.hear(
            Inbound(
                key=f"I{self.typed}",
                text=text,
                by=by,
                via=via,
                verb=verb,
                seen=seen,
                release=release,
            )
        )

    async def said(self, text: str, **how: str) -> str:
        """What is answered, where it goes well."""
        reply = await self.types(text, **how)
        assert reply.code == "", reply.message.text
        return reply.message.text

    async def refused(self, text: str, **how: str) -> tuple[str, str]:
        """(code, text) of a refusal, which left no fact on any release or service."""
        before = await self.facts()
        reply = await self.types(text, **how)
        assert reply.code, reply.message.text
        assert not reply.public
        assert await self.facts() == before
        return reply.code, reply.message.text

    async def facts(self) -> list[tuple[str, int]]:
        events = await self.rig.store.events()
        return [(event.stream, event.version) for event in events if event.stream != "door"]

    def runs(self, environment: str = "prod", version: str = OLD.version) -> None:
        target = Target(service="checkout", environment=environment, settings={})
        self.rig.deployer.drift(target, **{version: 100.0})


async def baking(*pinned: Rules) -> Shop:
    """R-1 of checkout to prod is watched at 10 %."""
    shop = Shop(*pinned)
    await shop.rig.baking()
    return shop


async def done() -> Shop:
    """v1.4.0 and then v1.4.1 were certified in prod; nothing is live."""
    shop = Shop()
    await shop.rig.adopt(version="v1.4.0")
    await shop.rig.adopt()
    return shop
