"""`python -m app`: what the container runs."""

import logging
import os
import signal
import sys
import time
from types import FrameType

import uvicorn

from .main import create_app
from .settings import Settings, load

NOTICE = 1.0  # seconds that an idle server goes on answering 503 to readiness checks


class Server(uvicorn.Server):
    """uvicorn that, on SIGTERM, says that it is not ready and serves until the running requests are answered."""

    def __init__(self, settings: Settings) -> None:
        self._app = create_app(settings)
        self._drain_seconds = settings.drain_seconds
        self._stopping_since: float | None = None
        super().__init__(
            uvicorn.Config(
                self._app,
                host="0.0.0.0",
                port=settings.port,
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=75,  # longer than the load balancer keeps idle connections (60 s on AWS)
                timeout_graceful_shutdown=1,  # after the drain there is nothing left to wait for
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._stopping_since is not None:  # asked twice: at once
            super().handle_exit(sig, frame)
        else:
            self._stopping_since = time.monotonic()
            self._app.state.stopping = True

    async def on_tick(self, counter: int) -> bool:
        if await super().on_tick(counter):
            return True
        if self._stopping_since is None:
            return False
        waited = time.monotonic() - self._stopping_since
        return waited >= self._drain_seconds or (waited >= NOTICE and not self.server_state.tasks)


def main() -> None:
    # A container's first process ignores SIGTERM unless it has a handler. uvicorn's own is there only while it serves.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        settings = load(os.environ)
    except ValueError as error:
        sys.exit(f"cannot start: {error}")
    logging.basicConfig(level=settings.log_level, stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("PIL").setLevel(logging.INFO)  # at DEBUG it describes every chunk of every file
    Server(settings).run()


if __name__ == "__main__":
    main()
