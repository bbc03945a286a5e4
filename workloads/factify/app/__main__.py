"""`python -m app`: what the container runs."""

import os
import signal
import sys

import uvicorn

from .main import create_app
from .table import open_table


def main() -> None:
    # A container's first process ignores SIGTERM unless it has a handler. uvicorn's own is there only while it serves.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        table = open_table(os.environ)
        port = int(os.environ.get("PORT", "80"))
    except ValueError as error:
        sys.exit(f"cannot start: {error}")
    uvicorn.run(
        create_app(table),
        host="0.0.0.0",
        port=port,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,  # longer than the load balancer keeps idle connections (60 s on AWS)
        # Within the 30 s that ECS grants after SIGTERM; Cloud Run ends it after 10 in any case.
        timeout_graceful_shutdown=28,
    )


if __name__ == "__main__":
    main()
