"""The life of the process: start, stop, logs, and what a lost database does to it."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from app.settings import load
from app.store import PostgresDatabase, Todos
from conftest import TOKEN, Env, Postgres, Service, wait_until

Backend = Callable[[], Env]
Start = Callable[..., Service]


def connections(postgres: Postgres, env: Env) -> int:
    return postgres.admin(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{env['DB_NAME']}'"
    )[0][0]


# --- start


def test_bad_settings_end_the_process_with_all_problems(start: Start) -> None:
    service = start({"API_TOKEN": "", "DB_HOST": "h", "LOG_LEVEL": "loud"}, healthy=False)
    assert service.process.wait(15) == 2
    (entry,) = service.log_entries()
    assert entry["severity"] == "CRITICAL"
    for name in ("API_TOKEN", "DB_NAME", "DB_USER", "DB_PASSWORD", "LOG_LEVEL"):
        assert name in entry["message"]


def test_todos_survive_a_restart(backend: Backend, start: Start) -> None:
    env = backend()
    first = start(env)
    todo = first.client.post("/todos", json={"title": "survive"}).json()
    assert first.stop() == 0
    assert start(env).client.get(f"/todos/{todo['id']}").json() == todo


def test_database_url_alone_with_the_password_beside_it(postgres: Postgres, start: Start) -> None:
    env = postgres.new_database()
    service = start({name: env[name] for name in ("DATABASE_URL", "DB_PASSWORD")})
    assert service.client.post("/todos", json={"title": "x"}).status_code == 201
    assert postgres.admin("SELECT title FROM todos", env["DB_NAME"]) == [("x",)]


def test_two_instances_start_at_once_on_an_empty_database(backend: Backend, start: Start) -> None:
    env = backend()
    services = [start(env, healthy=False) for _ in range(2)]
    for service in services:
        service.wait_for_health(200)
        assert "failed" not in service.log()
    todo = services[0].client.post("/todos", json={"title": "shared"}).json()
    assert services[1].client.get(f"/todos/{todo['id']}").json() == todo


def add_together(database: PostgresDatabase, barrier: Barrier) -> int:
    barrier.wait()
    return Todos(database).add("x", False)["id"]


def test_schema_creation_race(postgres: Postgres) -> None:
    """The same without the processes' start-up noise: as simultaneous as it gets."""
    for _ in range(5):
        settings = load({"API_TOKEN": "t", **postgres.new_database()})
        assert settings.postgres is not None
        databases = [PostgresDatabase(settings.postgres, 1) for _ in range(8)]
        barrier = Barrier(len(databases))
        with ThreadPoolExecutor(len(databases)) as pool:
            ids = list(pool.map(add_together, databases, repeat(barrier)))
        for database in databases:
            database.close()
        assert len(set(ids)) == len(databases)


def test_starts_before_its_database(postgres: Postgres, start: Start) -> None:
    env = postgres.new_database()
    postgres.stop()
    try:
        service = start(env, healthy=False)
        service.wait_for_health(503)
        assert service.client.get("/todos").status_code == 503
    finally:
        postgres.start()
    service.wait_for_health(200)
    assert service.client.post("/todos", json={"title": "late"}).status_code == 201


# --- the database goes away


def test_database_outage_and_recovery(postgres: Postgres, start: Start) -> None:
    service = start(postgres.new_database())
    todo = service.client.post("/todos", json={"title": "kept"}).json()
    postgres.stop("immediate")
    try:
        service.wait_for_health(503, timeout=6)
        response = service.client.get("/todos")
        assert (response.status_code, response.json()) == (503, {"detail": "database unavailable"})
        assert "Retry-After" in response.headers
        # Still refuses strangers, and still lives.
        assert service.anonymous.get("/todos").status_code == 401
        assert service.process.poll() is None
    finally:
        postgres.start()
    service.wait_for_health(200, timeout=8)
    assert service.client.get("/todos").json()["items"] == [todo]


def test_database_restart_between_requests_goes_unnoticed(postgres: Postgres, start: Start) -> None:
    service = start(postgres.new_database())
    assert service.client.get("/todos").status_code == 200
    postgres.stop()
    postgres.start()
    assert service.client.get("/todos").status_code == 200


def test_silent_database_makes_quick_503s(start: Start) -> None:
    """It accepts connections and never answers; meanwhile many ask for health at once."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        env = {
            "DB_HOST": "127.0.0.1",
            "DB_PORT": str(silent.getsockname()[1]),
            "DB_NAME": "x",
            "DB_USER": "x",
            "DB_PASSWORD": "x",
        }
        service = start(env, healthy=False)
        service.wait_for_health(503)
        time.sleep(1.1)  # until the remembered answer is stale
        began = time.monotonic()
        with ThreadPoolExecutor(20) as pool:
            assert set(pool.map(lambda _: service.health(), range(60))) == {503}
        assert time.monotonic() - began < 5


def test_wrong_password_is_503_with_the_reason_in_the_log(postgres: Postgres, start: Start) -> None:
    service = start(postgres.new_database() | {"DB_PASSWORD": "canary-wrong"}, healthy=False)
    service.wait_for_health(503)
    assert "password authentication failed" in service.log()
    assert "canary-wrong" not in service.log()


def test_pool_is_small_and_enough(postgres: Postgres, start: Start) -> None:
    env = postgres.new_database()
    service = start(env)
    highest = 0
    with ThreadPoolExecutor(30) as pool:
        requests = [pool.submit(service.client.get, "/todos") for _ in range(300)]
        while not all(request.done() for request in requests):
            highest = max(highest, connections(postgres, env))
            assert service.health() == 200  # busy is not sick
    assert {request.result().status_code for request in requests} == {200}
    assert 1 <= highest <= 2


# --- TLS


@pytest.mark.parametrize(
    ("mode", "encrypted"), [(None, True), ("require", True), ("disable", False)]
)
def test_tls_by_default(
    postgres: Postgres, start: Start, mode: str | None, encrypted: bool
) -> None:
    env = postgres.new_database()
    del env["DATABASE_URL"]  # it says sslmode=require; here the default must do it
    service = start(env if mode is None else env | {"DB_SSLMODE": mode})
    assert service.client.get("/todos").status_code == 200
    assert postgres.admin(
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
        f" WHERE datname = '{env['DB_NAME']}'"
    ) == [(encrypted,)]


def test_no_fallback_to_an_unencrypted_connection(postgres: Postgres, start: Start) -> None:
    env = postgres.new_database()
    del env["DATABASE_URL"]
    postgres.admin("ALTER SYSTEM SET ssl = off")
    postgres.admin("SELECT pg_reload_conf()")
    try:
        wait_until(lambda: postgres.admin("SHOW ssl") == [("off",)], 5, "ssl off")
        service = start(env, healthy=False)
        service.wait_for_health(503)
        assert "server does not support SSL" in service.log()
        start(env | {"DB_SSLMODE": "disable"})
    finally:
        postgres.admin("ALTER SYSTEM RESET ssl")
        postgres.admin("SELECT pg_reload_conf()")
        wait_until(lambda: postgres.admin("SHOW ssl") == [("on",)], 5, "ssl on")


# --- stop


def test_sigterm_ends_it_quickly_despite_idle_connections(backend: Backend, start: Start) -> None:
    service = start(backend())
    assert service.client.get("/todos").status_code == 200  # leaves a kept-alive connection
    began = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - began < 3
    assert "Application shutdown complete." in service.log()


def test_sigterm_lets_a_running_request_finish(postgres: Postgres, start: Start) -> None:
    env = postgres.new_database()
    service = start(env)
    with ThreadPoolExecutor(1) as pool, postgres.connect(env["DB_NAME"]) as blocker:
        with blocker.transaction():
            blocker.execute("LOCK TABLE todos")
            request = pool.submit(service.client.post, "/todos", json={"title": "in flight"})
            waiting = (
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                f" AND datname = '{env['DB_NAME']}'"
            )
            wait_until(lambda: bool(postgres.admin(waiting)), 5, "request waits for the lock")
            service.process.send_signal(signal.SIGTERM)

            def refuses_new_connections() -> bool:
                try:
                    httpx.get(f"{service.url}/health-check")
                    return False
                except httpx.ConnectError:
                    return True

            wait_until(refuses_new_connections, 5, "stopped listening")
            assert service.process.poll() is None
        assert request.result().status_code == 201
    assert service.stop() == 0
    assert postgres.admin("SELECT title FROM todos", env["DB_NAME"]) == [("in flight",)]
    wait_until(lambda: connections(postgres, env) == 0, 5, "connections closed")


def test_sigterm_as_process_1(start: Start, tmp_path: Path) -> None:
    """As in a container, where a process without a handler would ignore SIGTERM."""
    unshare = ("unshare", "--pid", "--fork", "--kill-child")
    if subprocess.run([*unshare, "true"], capture_output=True).returncode:
        pytest.skip("no permission for a PID namespace")
    service = start({"SQLITE_PATH": str(tmp_path / "todo.db")}, wrapper=unshare)
    parent = service.process.pid
    (child,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    assert Path(f"/proc/{child}/status").read_text().count("NSpid:\t" + child + "\t1\n") == 1
    os.kill(int(child), signal.SIGTERM)
    assert service.process.wait(5) == 0


# --- logs


def test_logs_are_json_without_secrets(postgres: Postgres, start: Start) -> None:
    env = postgres.new_database() | {"LOG_LEVEL": "DEBUG"}
    service = start(env)
    service.client.post("/todos?api_token=canary-query", json={"title": "canary-title"})
    service.client.post("/todos", json={"titel": "canary-body"})
    service.client.get("/todos/0", headers={"Cookie": "canary-cookie"})
    service.anonymous.get("/todos", headers={"X-API-TOKEN": "canary-wrong"})
    postgres.stop()
    try:
        service.wait_for_health(503)
        assert service.client.get("/todos").status_code == 503
    finally:
        postgres.start()
    assert service.stop() == 0

    entries = service.log_entries()
    assert all({"time", "severity", "message"} <= entry.keys() for entry in entries)
    for secret in (TOKEN, env["DB_PASSWORD"], "canary"):
        assert secret not in service.log()
    requests = [(e["method"], e["path"], e["status"]) for e in entries if e["message"] == "request"]
    for expected in (("POST", "/todos", 201), ("POST", "/todos", 422), ("GET", "/todos", 401),
                     ("GET", "/todos", 503), ("GET", "/health-check", 503)):  # fmt: skip
        assert expected in requests
    assert any("database unavailable" in e["message"] for e in entries)


def test_passing_health_checks_are_not_logged(start: Start, tmp_path: Path) -> None:
    service = start({"SQLITE_PATH": str(tmp_path / "todo.db")})
    service.client.get("/todos")
    service.stop()
    assert "/todos" in service.log()
    assert "/health-check" not in service.log()


def test_a_crash_is_500_and_one_json_line(start: Start, postgres: Postgres) -> None:
    env = postgres.new_database()
    service = start(env)
    postgres.admin("DROP TABLE todos", env["DB_NAME"])
    response = service.client.get("/todos")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    service.stop()
    (entry,) = [e for e in service.log_entries() if e["severity"] == "ERROR"]
    assert "UndefinedTable" in entry["exception"]


def test_port_in_use_is_a_failure(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        env = {"PORT": str(taken.getsockname()[1]), "SQLITE_PATH": str(tmp_path / "todo.db")}
        service = start(env, healthy=False)
        assert service.process.wait(15) != 0
