"""Both products, each by its own client library against a small server of its protocol."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.cloud.firestore_v1.types import document, firestore

from app.table import DynamoDb, Firestore, open_table

HERE = Path(__file__).parent.parent
FACT = {"id": "1", "claim": "water is wet", "source": "", "created_at": "now"}


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A DynamoDB with one table `facts`."""
    items: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert body["TableName"] == "facts"
            match self.headers["X-Amz-Target"].split(".")[1]:
                case "PutItem":
                    items[body["Item"]["id"]["S"]] = body["Item"]
                    answer: dict[str, Any] = {}
                case "GetItem":
                    found = items.get(body["Key"]["id"]["S"])
                    answer = {"Item": found} if found else {}
                case "Scan":
                    answer = {"Items": list(items.values())[: body["Limit"]]}
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{server.server_port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_REGION", "ap-northeast-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    yield items
    server.shutdown()
    server.server_close()


@pytest.fixture
def documents(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A Firestore."""
    kept: dict[str, Any] = {}

    def commit(request: Any, _: Any) -> Any:
        for write in request.writes:
            kept[write.update.name] = write.update
        return firestore.CommitResponse(write_results=[{} for _ in request.writes])

    def get(request: Any, _: Any) -> Iterator[Any]:
        for name in request.documents:
            found = {"found": kept[name]} if name in kept else {"missing": name}
            yield firestore.BatchGetDocumentsResponse(read_time={"seconds": 1}, **found)

    def query(request: Any, _: Any) -> Iterator[Any]:
        assert request.structured_query.from_[0].collection_id == "facts"
        for value in list(kept.values())[: request.structured_query.limit]:
            yield firestore.RunQueryResponse(document=document.Document(value), read_time={"seconds": 1})

    def handler(method: Any, kind: Any, request: Any, response: Any) -> Any:
        return kind(method, request_deserializer=request.deserialize, response_serializer=response.serialize)

    server = grpc.server(futures.ThreadPoolExecutor(2))
    unary, stream = grpc.unary_unary_rpc_method_handler, grpc.unary_stream_rpc_method_handler
    methods = {
        "Commit": handler(commit, unary, firestore.CommitRequest, firestore.CommitResponse),
        "BatchGetDocuments": handler(
            get, stream, firestore.BatchGetDocumentsRequest, firestore.BatchGetDocumentsResponse
        ),
        "RunQuery": handler(query, stream, firestore.RunQueryRequest, firestore.RunQueryResponse),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("google.firestore.v1.Firestore", methods)])
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
    server.start()
    yield kept
    server.stop(None)


@pytest.mark.parametrize(
    ("server", "environment", "product"),
    [
        ("dynamodb", {"FACTS_URL": "dynamodb://facts?partition_key=id"}, DynamoDb),
        ("dynamodb", {"FACTS_URL": "dynamodb://other", "FACTS_TABLE": "facts"}, DynamoDb),
        ("documents", {"FACTS_URL": "firestore://projects/p/databases/base/documents/facts?name_field=id"}, Firestore),
    ],
)
def test_tables(server: str, environment: dict[str, str], product: type, request: pytest.FixtureRequest) -> None:
    kept = request.getfixturevalue(server)
    table = open_table(environment)
    assert isinstance(table, product)
    table.check()
    assert table.get("1") is None
    table.put(FACT)
    assert table.get("1") == FACT
    table.put({**FACT, "id": "2"})
    assert table.list(1) == [FACT]
    if server == "documents":
        assert set(kept) == {f"projects/p/databases/base/documents/facts/{id}" for id in "12"}


@pytest.mark.parametrize("url", ["", "dynamodb://", "firestore://p/facts", "redis://facts"])
def test_settings_that_name_no_table(url: str) -> None:
    with pytest.raises(ValueError, match="FACTS_URL"):
        open_table({"FACTS_URL": url})


def ask(port: int, path: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_process(dynamodb: dict[str, Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**os.environ, "PORT": str(port), "FACTS_URL": "dynamodb://facts"}
    check = [sys.executable, "-m", "healthcheck"]
    assert subprocess.run(check, cwd=HERE, env=env, capture_output=True).returncode == 1
    process = subprocess.Popen([sys.executable, "-m", "app"], cwd=HERE, env=env)
    try:
        while subprocess.run(check, cwd=HERE, env=env, capture_output=True).returncode:
            assert process.poll() is None
            time.sleep(0.1)
        status, health = ask(port, "/health")
        assert (status, health["status"], health["services"]) == (200, "healthy", {"table": "healthy"})
        assert set(health) == {"status", "timestamp", "services"}

        status, fact = ask(port, "/facts", {"claim": " water is wet "})
        assert (status, fact["claim"]) == (201, "water is wet")
        assert ask(port, f"/facts/{fact['id']}") == (200, fact)
        assert ask(port, "/facts") == (200, {"items": [fact]})
        assert ask(port, "/facts", {"claim": ""})[0] == 422
        assert ask(port, f"/facts/{'0' * 8}-0000-0000-0000-{'0' * 12}")[0] == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()


def test_a_lost_table_is_degraded_and_not_an_error(dynamodb: dict[str, Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**os.environ, "PORT": str(port), "FACTS_URL": "dynamodb://facts"}
    env["AWS_ENDPOINT_URL_DYNAMODB"] = "http://127.0.0.1:1"
    process = subprocess.Popen([sys.executable, "-m", "app"], cwd=HERE, env=env)
    try:
        while True:
            try:
                status, health = ask(port, "/health")
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        assert (status, health["status"], health["services"]) == (200, "degraded", {"table": "unhealthy"})
        assert ask(port, "/facts")[0] == 503
        assert not subprocess.run([sys.executable, "-m", "healthcheck"], cwd=HERE, env=env).returncode
    finally:
        process.kill()
        process.wait()
