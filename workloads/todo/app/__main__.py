"""`python -m app`: what the container runs."""

import logging
import os
import signal
import sys

import uvicorn

from . import logs
from .main import create_app
from .settings import SettingsError, load


def main() -> None:
    # A container's first process ignores SIGTERM unless it has a handler. uvicorn's own is there
    # only while it serves, and calls this one when it has shut down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    logs.configure("INFO")
    try:
        settings = load(os.environ)
    except SettingsError as error:
        logging.getLogger("app").critical("cannot start: %s", error)
        sys.exit(2)
    logs.configure(settings.log_level)

    uvicorn.run(
        create_app(settings),
        host="0.0.0.0",
        port=settings.port,
        log_config=None,  # use the JSON logs
        access_log=False,  # Gate writes one, without query strings
        # Nothing here uses the client's address or scheme, so X-Forwarded-*, which clients can
        # forge, is not trusted.
        proxy_headers=False,
        server_header=False,
        # Longer than the load balancer keeps idle connections (60 s on AWS): if this end closed
        # first, a request sent at that moment would become a 502.
        timeout_keep_alive=75,
        # Finish running requests, within the 30 s that ECS grants after SIGTERM; Cloud Run ends it after 10 in any case.
        timeout_graceful_shutdown=28,
    )


if __name__ == "__main__":
    main()
