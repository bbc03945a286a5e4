"""What every request passes first: the token check and the access log."""

import hmac
import logging
import time

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

OPEN_PATHS = ("/health-check",)


class Gate:
    """ASGI middleware rather than a route dependency: it refuses a request before the body is
    read, and a new route is protected without anyone having to remember it."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 500  # what the client gets if the app raises instead of answering

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if self._allows(scope):
                await self._app(scope, receive, note_status)
            else:
                refusal = JSONResponse(
                    {"detail": "missing or wrong X-API-TOKEN"},
                    status_code=401,
                    headers={"WWW-Authenticate": "APIKey"},
                )
                await refusal(scope, receive, note_status)
        finally:
            # No headers, no query string and no body: none of them belongs in a log.
            healthy_check = scope["path"] in OPEN_PATHS and status < 400
            log.log(
                logging.DEBUG if healthy_check else logging.INFO,  # load balancers ask all day
                "request",
                extra={
                    "fields": {
                        "method": scope["method"],
                        "path": scope["path"][:200],
                        "status": status,
                        "ms": round((time.monotonic() - started) * 1000, 1),
                    }
                },
            )

    def _allows(self, scope: Scope) -> bool:
        if scope["path"] in OPEN_PATHS:
            return True
        given = Headers(scope=scope).get("x-api-token", "").encode("latin-1")
        return hmac.compare_digest(given, self._token)
