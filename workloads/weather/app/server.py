"""How both processes serve."""

import signal
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from .settings import Settings, load


def serve(create_app: Callable[[Settings], FastAPI], name: str) -> None:
    # uvicorn's own handler is there only while it serves.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        settings = load()
    except ValueError as error:
        sys.exit(f"cannot start: {error}")
    uvicorn.run(
        create_app(settings),
        host="0.0.0.0",
        port=settings.ports[name],
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,  # longer than the load balancer keeps idle connections (60 s on AWS)
        timeout_graceful_shutdown=28,
    )
