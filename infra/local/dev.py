"""`make dev`: functions redeployed on every change, and the page with hot reload."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from watchfiles import awatch

from infra import tools
from infra.deploy.stack import DeploymentError
from infra.paths import FRONTEND, ROOT

_WATCHED = ("app.py", "chalicelib", "requirements.txt", ".chalice/config.json", "infra/template")
_VITE = FRONTEND / "node_modules" / "vite" / "bin" / "vite.js"


@asynccontextmanager
async def hot_reload(
    origin: str, redeploy: Callable[[], object], log_progress: Callable[[str], None]
) -> AsyncIterator[None]:
    """Watch the functions' sources and serve the page by Vite during the context."""
    watcher = asyncio.create_task(_watch(redeploy, log_progress))
    # A session of its own, so that Ctrl-C reaches this process alone. Vite prints its address.
    vite = await asyncio.create_subprocess_exec(
        "node",
        _VITE,
        cwd=FRONTEND,
        env={**tools.node_environment(), "HOLDFAST_ORIGIN": origin},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        watcher.cancel()
        if vite.returncode is None:
            vite.terminate()
        await asyncio.gather(vite.wait(), watcher, return_exceptions=True)


async def _watch(redeploy: Callable[[], object], log_progress: Callable[[str], None]) -> None:
    async for changes in awatch(*(ROOT / name for name in _WATCHED)):
        names = sorted({os.path.relpath(path, ROOT) for _, path in changes})
        log_progress(f"Redeploying: {', '.join(names)}")
        try:
            await asyncio.to_thread(redeploy)
        except (subprocess.CalledProcessError, DeploymentError) as failure:
            log_progress(f"Not deployed, the last version goes on: {failure}")
        else:
            log_progress("Redeployed")
