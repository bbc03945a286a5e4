"""Todos in PostgreSQL or SQLite: one set of SQL statements, two ways to run them."""

import math
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from .settings import Settings

Row = dict[str, Any]

POSTGRES_SCHEMA = b"""
    CREATE TABLE IF NOT EXISTS todos (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        title TEXT NOT NULL,
        done BOOLEAN NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL
    )"""
SQLITE_SCHEMA = """
    CREATE TABLE IF NOT EXISTS todos (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        done INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    )"""
SCHEMA_LOCK = 7_013_110  # any number will do, as long as every instance uses the same

POOL_WAIT = 3.0  # seconds; see PostgresDatabase


class DatabaseUnavailable(Exception):
    """The database did not answer. The request may succeed later."""


class Database(ABC):
    """Runs single statements with `?` placeholders, each in its own transaction."""

    # When a statement last succeeded (monotonic clock): proof of health that costs no query.
    last_answer = -math.inf

    def query(self, sql: str, *params: object) -> list[Row]:
        try:
            rows = self._query(sql, params)
        except (
            psycopg.OperationalError,
            psycopg.InterfaceError,
            sqlite3.OperationalError,
        ) as error:
            raise DatabaseUnavailable(str(error).strip()) from error
        self.last_answer = time.monotonic()
        return rows

    @abstractmethod
    def _query(self, sql: str, params: tuple[object, ...]) -> list[Row]: ...

    @abstractmethod
    def close(self) -> None: ...


class SqliteDatabase(Database):
    """For development: a connection per statement, one statement at a time."""

    def __init__(self, path: str) -> None:
        self._path = path
        # SQLite has one writer at a time. Threads that poll for their turn wait far longer than
        # threads that queue for it; the timeout below is for other processes.
        self._turn = threading.Lock()

    def _query(self, sql: str, params: tuple[object, ...]) -> list[Row]:
        with self._turn, closing(sqlite3.connect(self._path, timeout=POOL_WAIT)) as conn, conn:
            conn.row_factory = sqlite3.Row
            conn.execute(SQLITE_SCHEMA)
            return [dict(row) for row in conn.execute(sql, params).fetchall()]

    def close(self) -> None:
        pass


class PostgresDatabase(Database):
    """A small connection pool.

    Every wait is bounded, so that an unreachable database makes for quick 503s instead of
    requests that hang until the load balancer gives up:
    - connect_timeout: no answer to a new connection;
    - tcp_user_timeout: a peer that vanished under an open connection, as in a failover;
    - statement_timeout: a statement that the server cannot finish;
    - POOL_WAIT: no free connection.
    """

    def __init__(self, params: dict[str, str], pool_max: int) -> None:
        self._schema_ready = False
        self._pool: ConnectionPool[psycopg.Connection[DictRow]] = ConnectionPool(
            kwargs={
                "application_name": "todo",
                "connect_timeout": 3,
                "tcp_user_timeout": 5000,
                "options": "-c statement_timeout=5s -c timezone=UTC",
                **params,
                "autocommit": True,
                "row_factory": dict_row,
            },
            min_size=0,  # an idle instance gives its connections back
            max_size=pool_max,
            timeout=POOL_WAIT,
            # Test each connection before use: one that died meanwhile costs no request.
            check=ConnectionPool.check_connection,
            # The pool's back-off doubles up to this limit: keep it short to recover quickly.
            reconnect_timeout=3,
            open=True,
        )

    def _query(self, sql: str, params: tuple[object, ...]) -> list[Row]:
        with self._pool.connection() as conn:
            if not self._schema_ready:
                self._create_schema(conn)
            # The statements are this file's own constants; no value is ever part of one.
            return conn.execute(sql.replace("?", "%s").encode(), params).fetchall()

    def _create_schema(self, conn: psycopg.Connection[DictRow]) -> None:
        """Done on first use rather than at start-up: the database may come up after the app."""
        with conn.transaction():
            # Two concurrent CREATE TABLE IF NOT EXISTS can both find no table, and one fails.
            conn.execute("SELECT pg_advisory_xact_lock(%s)", (SCHEMA_LOCK,))
            conn.execute(POSTGRES_SCHEMA)
        self._schema_ready = True

    def close(self) -> None:
        self._pool.close()


def open_database(settings: Settings) -> Database:
    if settings.postgres is None:
        return SqliteDatabase(settings.sqlite_path)
    return PostgresDatabase(settings.postgres, settings.pool_max)


class Todos:
    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, title: str, done: bool) -> Row:
        now = _now()
        return self._db.query(
            "INSERT INTO todos (title, done, created_at, updated_at) VALUES (?, ?, ?, ?)"
            " RETURNING id, title, done, created_at, updated_at",
            title, done, now, now,
        )[0]  # fmt: skip

    def get(self, todo_id: int) -> Row | None:
        rows = self._db.query(
            "SELECT id, title, done, created_at, updated_at FROM todos WHERE id = ?", todo_id
        )
        return rows[0] if rows else None

    def page(self, after: int, limit: int, done: bool | None) -> list[Row]:
        """Todos by id, starting behind `after`: stable while others add and delete."""
        return self._db.query(
            "SELECT id, title, done, created_at, updated_at FROM todos"
            " WHERE id > ? AND done = COALESCE(?, done) ORDER BY id LIMIT ?",
            after, done, limit,
        )  # fmt: skip

    def update(self, todo_id: int, title: str | None, done: bool | None) -> Row | None:
        """Change what is given (None: leave as it is), in one statement."""
        rows = self._db.query(
            "UPDATE todos SET title = COALESCE(?, title), done = COALESCE(?, done), updated_at = ?"
            " WHERE id = ? RETURNING id, title, done, created_at, updated_at",
            title, done, _now(), todo_id,
        )  # fmt: skip
        return rows[0] if rows else None

    def delete(self, todo_id: int) -> bool:
        return bool(self._db.query("DELETE FROM todos WHERE id = ? RETURNING id", todo_id))


def _now() -> str:
    # As text, which both databases take; PostgreSQL casts it, SQLite stores it.
    return datetime.now(UTC).isoformat()
