"""The HTTP API."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Self

from fastapi import FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StrictBool,
    StringConstraints,
    model_validator,
)

from .gate import Gate
from .health import Health
from .settings import Settings
from .store import DatabaseUnavailable, Row, Todos, open_database

log = logging.getLogger(__name__)

MAX_ID = 2**63 - 1  # BIGINT: larger ids would be a database error, not a 404
NO_SUCH_TODO = "no such todo"


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL characters cannot be stored")  # PostgreSQL refuses them
    return text


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_no_nul),
]
TodoId = Annotated[int, Path(ge=1, le=MAX_ID)]


class NewTodo(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Title
    done: StrictBool = False


class TodoChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    done: StrictBool | None = None

    @model_validator(mode="after")
    def changes_something(self) -> Self:
        given = [getattr(self, name) for name in self.model_fields_set]
        if not given or None in given:
            raise ValueError("give title, done or both, and neither as null")
        return self


class Todo(BaseModel):
    id: int
    title: str
    done: bool
    created_at: datetime
    updated_at: datetime


class TodoPage(BaseModel):
    items: list[Todo]
    next: int | None  # the `after` that asks for the next page; null on the last one


def create_app(settings: Settings) -> FastAPI:
    database = open_database(settings)
    todos = Todos(database)
    health = Health(database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.postgres is None:
            log.warning("storing todos in SQLite at %s: for development only", settings.sqlite_path)
        # Creates the schema. If the database is not up yet, serve 503 until it is: the load
        # balancer holds traffic back, and there is no crash loop.
        await health.check()
        yield
        database.close()

    app = FastAPI(
        title="todo",
        lifespan=lifespan,
        # The documentation pages load scripts from a CDN, and a browser cannot send the token.
        docs_url=None,
        redoc_url=None,
        # Behind a load balancer that ends TLS, a redirect would point to http://.
        redirect_slashes=False,
    )
    app.add_middleware(Gate, token=settings.api_token)

    @app.exception_handler(DatabaseUnavailable)
    def unavailable(request: Request, error: DatabaseUnavailable) -> Response:
        log.warning("database unavailable: %s", error)
        return JSONResponse({"detail": "database unavailable"}, 503, {"Retry-After": "5"})

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        # Like FastAPI's own answer, but without the input: it may not even be encodable.
        detail = [{key: item[key] for key in ("loc", "msg", "type")} for item in error.errors()]
        return Response(json.dumps({"detail": detail}), 422, media_type="application/json")

    @app.get("/health-check", responses={503: {}})
    async def health_check() -> JSONResponse:
        if await health.check():
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "unavailable"}, 503)

    @app.post("/todos", status_code=201)
    def add(body: NewTodo, response: Response) -> Todo:
        todo = Todo.model_validate(todos.add(body.title, body.done))
        response.headers["Location"] = f"/todos/{todo.id}"
        return todo

    @app.get("/todos")
    def page(
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
        after: Annotated[int, Query(ge=0, le=MAX_ID)] = 0,
        done: bool | None = None,
    ) -> TodoPage:
        rows = todos.page(after, limit + 1, done)  # one more, to know whether there are more
        items = [Todo.model_validate(row) for row in rows[:limit]]
        return TodoPage(items=items, next=items[-1].id if len(rows) > limit else None)

    @app.get("/todos/{todo_id}")
    def get(todo_id: TodoId) -> Todo:
        return _found(todos.get(todo_id))

    @app.patch("/todos/{todo_id}")
    def change(todo_id: TodoId, body: TodoChange) -> Todo:
        return _found(todos.update(todo_id, body.title, body.done))

    @app.delete("/todos/{todo_id}", status_code=204)
    def delete(todo_id: TodoId) -> None:
        if not todos.delete(todo_id):
            raise HTTPException(404, NO_SUCH_TODO)

    return app


def _found(row: Row | None) -> Todo:
    if row is None:
        raise HTTPException(404, NO_SUCH_TODO)
    return Todo.model_validate(row)
