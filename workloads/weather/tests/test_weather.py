"""Both processes under their supervisor, with one server in place of everyone else's APIs."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.cache import LIFETIME, FileCache
from app.settings import load

HERE = Path(__file__).parent.parent


class Others:
    """WxTech and the three models. `down` names those that answer 500."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.down: set[str] = set()
        others = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                who, header, body = {
                    "/wx": ("wxtech", "X-API-KEY", {"wxdata": [{"srf": [{"temp": 20}, {"temp": 25}]}]}),
                    "/v1/chat/completions": ("openai", "Authorization", {"choices": [{"message": {"content": "o"}}]}),
                    "/v1beta/models/gemini-2.5-flash:generateContent": (
                        "gemini", "x-goog-api-key", {"candidates": [{"content": {"parts": [{"text": "g"}]}}]},
                    ),
                    "/v1/messages": ("anthropic", "x-api-key", {"content": [{"text": "a"}]}),
                }[self.path.split("?")[0]]  # fmt: skip
                others.asked.append(who)
                assert self.headers[header].endswith(f"{who}-key")
                content = json.dumps(body).encode()
                self.send_response(500 if who in others.down else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Service:
    def __init__(self, others: Others, cache: Path) -> None:
        self.ui, self.api = free_port(), free_port()
        keys = {f"{name}_API_KEY": f"{name.lower()}-key" for name in ("WXTECH", "OPENAI", "GEMINI", "ANTHROPIC")}
        urls = {f"{name}_URL": others.url for name in ("OPENAI", "GEMINI", "ANTHROPIC")}
        ports = {"UI_PORT": str(self.ui), "API_PORT": str(self.api)}
        env = {**os.environ, **keys, **urls, **ports, "WXTECH_URL": f"{others.url}/wx", "CACHE_PATH": str(cache)}
        self.process = subprocess.Popen([sys.executable, "-m", "app"], cwd=HERE, env=env)
        for port, path in ((self.ui, "/"), (self.api, "/health")):
            while self.get(port, path)[0] != 200:
                assert self.process.poll() is None
                time.sleep(0.05)

    def get(self, port: int, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def comments(self, *places: str) -> tuple[int, Any]:
        query = urllib.parse.urlencode([("at", place) for place in places])
        status, body = self.get(self.api, f"/api/comments?{query}")
        return status, json.loads(body)

    def children(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def others() -> Iterator[Others]:
    made = Others()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def service(others: Others, tmp_path: Path) -> Iterator[Service]:
    started = Service(others, tmp_path)
    yield started
    if started.process.poll() is None:
        started.process.terminate()
        started.process.wait(15)


def test_comments_and_sigterm(service: Service, others: Others) -> None:
    status, body = service.comments("35.681,139.767")
    assert (status, body["items"]) == (200, [{"place": "35.68,139.77", "comment": "o", "by": "openai", "cached": False}])
    assert others.asked == ["wxtech", "openai"]
    # The same square kilometre, and the other process.
    assert service.comments("35.6812,139.7671")[1]["items"][0]["cached"]
    assert '<p role="status">o</p>' in service.get(service.ui, "/?at=35.68,139.77")[1]
    assert others.asked == ["wxtech", "openai"]

    others.down = {"openai", "gemini"}
    assert [item["by"] for item in service.comments("34,135", "33,130")[1]["items"]] == ["anthropic"] * 2
    others.down = {"openai", "gemini", "anthropic"}
    assert service.comments("43,141")[1]["items"][0]["comment"] == "気温 20〜25℃"
    others.down = {"wxtech"}
    assert service.comments("26,127")[0] == 502
    assert "No forecast" in service.get(service.ui, "/?at=26,127")[1]
    assert service.comments("north")[0] == 422
    assert "&lt;b&gt;" in service.get(service.ui, "/?at=%3Cb%3E")[1]

    children = service.children()
    assert len(children) == 2
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(15) == 0
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def test_the_death_of_one_ends_both(service: Service) -> None:
    ui, api = service.children()
    os.kill(ui, signal.SIGKILL)
    assert service.process.wait(15) == 128 + signal.SIGKILL
    assert not Path(f"/proc/{api}").exists()


def test_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = FileCache(str(tmp_path))
    cache.put("comments", "../place", {"a": 1})
    (file,) = (tmp_path / "comments").iterdir()
    assert cache.get("comments", "../place") == {"a": 1}
    file.write_text("{")
    assert cache.get("comments", "../place") is None
    cache.put("comments", "../place", {"a": 2})
    old = time.time() - LIFETIME - 1
    os.utime(file, (old, old))
    assert cache.get("comments", "../place") is None
    FileCache("/proc/none").put("comments", "x", 1)  # only a warning


def test_settings() -> None:
    assert load({}).workers == 4
    assert load({"OPENAI_API_KEY": "canary"}).keys == {"OPENAI_API_KEY": "canary"}
    assert "canary" not in repr(load({"OPENAI_API_KEY": "canary"}))
    with pytest.raises(ValueError, match="MAX_PARALLEL_WORKERS"):
        load({"MAX_PARALLEL_WORKERS": "0"})
