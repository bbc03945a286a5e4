"""Real processes only: the service as the container runs it, and a PostgreSQL of our own."""

import glob
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

FOLDER = Path(__file__).parent.parent
TOKEN = "correct-horse-battery-staple"

Env = dict[str, str]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_until(condition: Callable[[], bool], timeout: float, what: str) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"after {timeout} s still not: {what}")
        time.sleep(0.05)


class Service:
    """One `python -m app` process."""

    def __init__(self, log: Path, env: Env, wrapper: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        self._log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*wrapper, sys.executable, "-m", "app"],
                cwd=FOLDER,
                # Nothing inherited: the developer's own DB_HOST must not decide what is tested.
                env={"API_TOKEN": TOKEN, "PORT": str(self.port), "PYTHONDONTWRITEBYTECODE": "1"}
                | env,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.url = f"http://127.0.0.1:{self.port}"
        self.anonymous = httpx.Client(base_url=self.url, timeout=20)
        self.client = httpx.Client(base_url=self.url, timeout=20, headers={"X-API-TOKEN": TOKEN})

    def health(self) -> int:
        """Status of the health check, 0 while nobody listens."""
        try:
            return self.anonymous.get("/health-check").status_code
        except httpx.TransportError:
            return 0

    def wait_for_health(self, status: int, timeout: float = 20) -> None:
        def reached() -> bool:
            assert self.process.poll() is None, f"the service ended:\n{self.log()}"
            return self.health() == status

        wait_until(reached, timeout, f"/health-check answers {status}")

    def log(self) -> str:
        return self._log.read_text()

    def log_entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log().splitlines()]

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(15)
        finally:
            self.process.kill()
            self.process.wait()
            self.client.close()
            self.anonymous.close()


class Postgres:
    """A throw-away PostgreSQL on loopback TCP, with TLS and password authentication."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.port = free_port()
        self.admin_password = secrets.token_hex()
        # Not pytest's tmp_path: the postgres user could not reach into root's.
        self.folder = Path(tempfile.mkdtemp(prefix="todo-postgres-"))
        self.data = self.folder / "data"
        # PostgreSQL refuses to run as root.
        self._user: dict[str, Any] = {}
        if os.getuid() == 0:
            self._user = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(self.folder, "postgres", "postgres")

        password_file = self.folder / "password"
        password_file.write_text(self.admin_password)
        password_file.chmod(0o644)
        self._run(
            "initdb", "--no-sync", "--auth=scram-sha-256", "--username=postgres",
            f"--pwfile={password_file}", "--encoding=UTF8", "--no-locale", f"--pgdata={self.data}",
        )  # fmt: skip
        self._command(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.crt",
        )  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
                "unix_socket_directories = ''\nfsync = off\nssl = on\n"
            )
        self.start()
        # Like a cloud's application user: owns its database, but is no superuser.
        self.password = secrets.token_hex()
        self.admin(f"CREATE ROLE todo LOGIN PASSWORD '{self.password}'")

    def _run(self, program: str, *args: str) -> None:
        self._command(str(self.binaries / program), *args)

    def _command(self, *command: str) -> None:
        # Output to a file: a server started here would keep a pipe open for ever.
        with (self.folder / "setup.log").open("a+b") as out:
            cwd = self.data if self.data.exists() else self.folder
            code = subprocess.run(
                command, cwd=cwd, stdout=out, stderr=subprocess.STDOUT, **self._user
            ).returncode
            if code:
                out.seek(0)
                raise RuntimeError(f"{command[0]} failed:\n{out.read().decode()}")

    def start(self) -> None:
        self._run("pg_ctl", "-w", "-D", str(self.data), "-l", str(self.data / "log"), "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-D", str(self.data), "-m", mode, "stop")

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", password=self.admin_password,
            dbname=database, autocommit=True,
        )  # fmt: skip

    def admin(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with self.connect(database) as conn:
            cursor = conn.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self) -> Env:
        """A fresh database; the environment that leads to it, as a deployment sets it."""
        name = f"todo_{secrets.token_hex(4)}"
        self.admin(f"CREATE DATABASE {name} OWNER todo")
        return {
            "DB_HOST": "127.0.0.1",
            "DB_PORT": str(self.port),
            "DB_NAME": name,
            "DB_USER": "todo",
            "DB_PASSWORD": self.password,
            "DATABASE_URL": f"postgresql://todo@127.0.0.1:{self.port}/{name}?sslmode=require",
        }


def find_postgres() -> Path | None:
    def version(path: str) -> int:
        return int(match[1]) if (match := re.search(r"/(\d+)/bin/", path)) else 0

    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=version)
    if not found and (on_path := shutil.which("initdb")):
        found = [on_path]
    return Path(found[-1]).parent if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if os.environ.get("TODO_TEST_POSTGRES") == "skip":
        pytest.skip("TODO_TEST_POSTGRES=skip: NOT tested on PostgreSQL")
    binaries = find_postgres()
    if binaries is None:
        pytest.fail("no PostgreSQL found: install it, or set TODO_TEST_POSTGRES=skip")
    server = Postgres(binaries)
    yield server
    server.stop("immediate")
    shutil.rmtree(server.folder)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Env]:
    """For each kind of database, a function that makes a fresh one and returns its environment."""
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return server.new_database
    return lambda: {"SQLITE_PATH": str(tmp_path_factory.mktemp("sqlite") / "todo.db")}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Starts services, and stops those still running at the end of the test."""
    services: list[Service] = []

    def start(env: Env, *, healthy: bool = True, wrapper: tuple[str, ...] = ()) -> Service:
        service = Service(tmp_path / f"service-{len(services)}.log", env, wrapper)
        services.append(service)
        if healthy:
            service.wait_for_health(200)
        return service

    yield start
    for service in services:
        service.stop()


@pytest.fixture(scope="session")
def shared(
    backend: Callable[[], Env], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """One service for all tests that do not care about its life cycle."""
    service = Service(tmp_path_factory.mktemp("shared") / "log", backend())
    try:
        service.wait_for_health(200)
        yield service
    finally:
        service.stop()


@pytest.fixture
def api(shared: Service) -> httpx.Client:
    """The shared service, with a token and without todos."""
    while items := shared.client.get("/todos").json()["items"]:
        for item in items:
            shared.client.delete(f"/todos/{item['id']}")
    return shared.client
