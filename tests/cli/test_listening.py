"""`slipway run` where its port is taken: one sentence, before anything has begun."""

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest

from bot.cli.listening import NotListening, demand_address
from bot.config import Web

ROOT = Path(__file__).parents[2]
CONFIG = """version = 1
[slack]
announce = "#releases"
bot_token = "env:BOT_TOKEN"
app_token = "env:APP_TOKEN"
api_url = "http://127.0.0.1:9/api/"
[web]
port = {port}
"""


async def test_a_taken_port_is_one_sentence_with_its_remedy_and_nothing_has_begun(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "slipway.toml").write_text(CONFIG.format(port=port))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--config", str(tmp_path / "slipway.toml")),
            cwd=ROOT,
            env={**os.environ, "BOT_TOKEN": "xoxb-1", "APP_TOKEN": "xapp-1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await asyncio.wait_for(process.communicate(), 30))[0].decode()
    assert process.returncode == 1
    assert f"cannot listen at 127.0.0.1:{port}: something else listens there already" in said
    assert "another [web] port" in said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["slipway.toml"]


async def test_an_address_of_another_machine_is_explained() -> None:
    with pytest.raises(NotListening, match="this machine has no such address"):
        await demand_address(Web(host="192.0.2.1", port=8080))


async def test_where_nobody_is_to_be_heard_no_address_is_looked_at() -> None:
    await demand_address(Web(enabled=False, host="192.0.2.1"))
