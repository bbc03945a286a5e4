"""The HTTP API."""

import logging
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from .table import Table

log = logging.getLogger("uvicorn.error")


class NewFact(BaseModel):
    model_config = ConfigDict(extra="forbid")

    claim: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    source: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


def now() -> str:
    return datetime.now(UTC).isoformat()


def create_app(table: Table) -> FastAPI:
    app = FastAPI(title="factify", docs_url=None, redoc_url=None, openapi_url=None)

    # Functions that wait for the table are plain ones: FastAPI runs those in threads, beside the event loop.
    @app.get("/health")
    def health() -> dict[str, Any]:
        """Always 200: a failing table makes the service degraded, and a restart would not repair it."""
        state = "healthy"
        try:
            table.check()
        except Exception as error:  # whatever the reason, the answer is the same
            # The reason goes to the log: errors of the cloud carry account numbers and ARNs, and anyone may ask.
            log.warning("table check failed: %s", error)
            state = "unhealthy"
        return {
            "status": "healthy" if state == "healthy" else "degraded",
            "timestamp": now(),
            "services": {"table": state},
        }

    @app.post("/facts", status_code=201)
    def add(new: NewFact) -> dict[str, Any]:
        fact = {"id": str(uuid.uuid4()), "claim": new.claim, "source": new.source, "created_at": now()}
        table.put(fact)
        return fact

    @app.get("/facts")
    def listed(limit: Annotated[int, Query(ge=1, le=100)] = 50) -> dict[str, Any]:
        return {"items": table.list(limit)}

    @app.get("/facts/{id}")
    def one(id: uuid.UUID) -> dict[str, Any]:
        fact = table.get(str(id))
        if fact is None:
            raise HTTPException(404, "no such fact")
        return fact

    @app.exception_handler(Exception)
    async def unavailable(_request: Request, error: Exception) -> JSONResponse:
        # Whatever is not an answer comes from the table: its clients' errors have no common class.
        log.error("table unavailable: %s", error)
        return JSONResponse({"detail": "table unavailable"}, 503, {"Retry-After": "5"})

    return app
