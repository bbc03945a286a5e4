"""The HTTP API."""

import asyncio
import logging
import time
from typing import Any

from fastapi import FastAPI, HTTPException, Request

from .detect import NotAnImage, detect
from .settings import Settings

log = logging.getLogger("app")

MAX_BYTES = 10 * 1024 * 1024


async def body_of(request: Request) -> bytes:
    """The body, given up as soon as it is too long, whatever its header said."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise HTTPException(413, f"more than {MAX_BYTES} bytes")
    return bytes(content)


def create_app(settings: Settings) -> FastAPI:
    app = FastAPI(title="logo", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.stopping = False
    slots = asyncio.Semaphore(settings.max_concurrent_detections)

    @app.get("/api/v1/health")
    async def health() -> dict[str, str]:
        """The process works; also while it drains, since a restart would end what it waits for."""
        return {"status": "healthy"}

    @app.get("/api/v1/ready")
    async def ready() -> dict[str, str]:
        if app.state.stopping:
            raise HTTPException(503, "shutting down")
        return {"status": "ready"}

    @app.post("/api/v1/detect")
    async def detections(request: Request) -> dict[str, Any]:
        # The slot covers the body too: waiting requests hold none of their up to 10 MB.
        async with slots:
            content = await body_of(request)
            started = time.monotonic()
            try:
                # In a thread, so that health is answered meanwhile.
                found = await asyncio.to_thread(detect, content)
            except NotAnImage as error:
                raise HTTPException(422, str(error)) from error
            log.debug("%d bytes, %d detections, %.0f ms", len(content), len(found), (time.monotonic() - started) * 1000)
        return {"detections": found}

    return app
