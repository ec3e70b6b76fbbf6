"""A real Prometheus server on a free port, scraping one page every second."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientError, ClientSession

from tests.servers import find_server

SCRAPES = """\
global: {{ scrape_interval: 1s, scrape_timeout: 1s }}
scrape_configs:
  - job_name: fleet
    metrics_path: {path}
    static_configs: [ {{ targets: ["{host}"] }} ]
"""
READY_WITHIN = 20.0


@asynccontextmanager
async def prometheus(folder: Path, page: str) -> AsyncIterator[str]:
    """The server's address; it is stopped, and its data left in `folder`, afterwards."""
    host, _, path = page.removeprefix("http://").partition("/")
    config = folder / "prometheus.yml"
    config.write_text(SCRAPES.format(path=f"/{path}", host=host))
    port = free_port()
    with (folder / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            str(find_server("prometheus")),
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'prometheus-data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            stdout=log,
            stderr=log,
        )
    try:
        await ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def ready(url: str) -> None:
    async with asyncio.timeout(READY_WITHIN), ClientSession() as session:
        while True:
            try:
                async with session.get(f"{url}/-/ready") as response:
                    if response.status == 200:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.1)
