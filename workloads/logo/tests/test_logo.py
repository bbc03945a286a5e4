"""The real process: started, asked over HTTP, stopped."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from app.detect import NotAnImage, detect
from app.settings import load


def png(box: tuple[int, int, int, int] | None, size: tuple[int, int] = (100, 80)) -> bytes:
    image = Image.new("RGB", size, "white")
    if box:
        ImageDraw.Draw(image).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill="navy")
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def test_detect() -> None:
    assert detect(png((20, 30, 60, 50))) == [{"box": (20, 30, 60, 50), "coverage": 1.0}]
    assert detect(png(None)) == []
    for content in (b"", b"no image", png((1, 1, 2, 2))[:60]):
        with pytest.raises(NotAnImage):
            detect(content)


def test_settings() -> None:
    assert load({}).max_concurrent_detections == 2
    assert load({"LOG_LEVEL": "debug"}).log_level == "DEBUG"
    for name, value in (("MAX_CONCURRENT_DETECTIONS", "0"), ("LOG_LEVEL", "loud"), ("PORT", "x")):
        with pytest.raises(ValueError, match=name):
            load({name: value})


class Service:
    def __init__(self, **env: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app"],
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "PORT": str(self.port), **env},
        )
        while self.status("health") != 200:
            assert self.process.poll() is None
            time.sleep(0.05)

    def status(self, path: str, data: bytes | None = None) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{path}", data, timeout=10) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def upload(self, content: bytes) -> socket.socket:
        """A detection whose body is yet to come."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(b"POST /api/v1/detect HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
        connection.sendall(f"Content-Length: {len(content)}\r\n\r\n".encode())
        return connection


@pytest.fixture
def service() -> Iterator[Service]:
    started = Service(MAX_CONCURRENT_DETECTIONS="1")
    yield started
    started.process.kill()
    started.process.wait()


def answer(connection: socket.socket) -> bytes:
    with connection, connection.makefile("rb") as stream:
        return stream.read()


def test_a_running_detection_is_finished_and_readiness_ends(service: Service) -> None:
    content = png((20, 30, 60, 50))
    assert (service.status("ready"), service.status("detect", content)) == (200, 200)
    assert service.status("detect", b"no image") == 422
    running = service.upload(content)
    time.sleep(0.3)

    # One slot: a second one waits for it, and health does not.
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(service.status, "detect", content)
        time.sleep(0.3)
        assert not second.done()
        assert service.status("health") == 200

        service.process.send_signal(signal.SIGTERM)
        time.sleep(1.5)
        assert (service.status("ready"), service.status("health")) == (503, 200)
        running.sendall(content)
        assert b"200 OK" in answer(running)
        assert second.result() == 200
    assert service.process.wait(5) == 0


def test_the_drain_has_an_end() -> None:
    service = Service(DRAIN_SECONDS="2")
    stuck = service.upload(b"x" * 10)
    time.sleep(0.3)
    began = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(8)
    assert 2 <= time.monotonic() - began < 6
    stuck.close()
