"""The HTTP API, the same on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest

from conftest import TOKEN, Service


def add(api: httpx.Client, title: str = "milk", **fields: object) -> dict:
    response = api.post("/todos", json={"title": title, **fields})
    assert response.status_code == 201, response.text
    return response.json()


# --- token


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-TOKEN": ""},
        {"X-API-TOKEN": "wrong"},
        {"X-API-TOKEN": TOKEN[:-1]},
        {"X-API-TOKEN": TOKEN + "x"},
        {"X-API-TOKEN": TOKEN.upper()},
        {"X-API-TOKEN": b"\xff\xfe"},
        {"Authorization": f"Bearer {TOKEN}"},
    ],
    ids=str,
)
def test_refused_without_the_right_token(shared: Service, headers: dict) -> None:
    response = shared.anonymous.get("/todos", headers=headers)
    assert response.status_code == 401
    assert "WWW-Authenticate" in response.headers
    assert TOKEN not in response.text


def test_accepted_with_the_right_token(shared: Service) -> None:
    headers = {"x-api-token": TOKEN}  # header names have no case
    assert shared.anonymous.get("/todos", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/todos"),
        ("GET", "/todos/1"),
        ("PATCH", "/todos/1"),
        ("DELETE", "/todos/1"),
        ("GET", "/openapi.json"),
        ("GET", "/nowhere"),
        ("GET", "/health-check/"),
        ("GET", "//health-check"),
    ],
)
def test_everything_but_the_health_check_needs_the_token(
    shared: Service, method: str, path: str
) -> None:
    # A broken body changes nothing: it is not even read.
    assert shared.anonymous.request(method, shared.url + path, content=b"{").status_code == 401


def test_health_check_needs_no_token(shared: Service) -> None:
    response = shared.anonymous.get("/health-check")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


# --- create, read, change, delete


def test_create_and_read(api: httpx.Client) -> None:
    response = api.post("/todos", json={"title": "  buy milk "})
    assert response.status_code == 201
    todo = response.json()
    assert (todo["title"], todo["done"]) == ("buy milk", False)
    assert todo["created_at"] == todo["updated_at"]
    assert datetime.fromisoformat(todo["created_at"]).utcoffset() is not None
    read = api.get(response.headers["Location"])
    assert (read.status_code, read.json()) == (200, todo)
    assert add(api, "done already", done=True)["done"] is True


def test_change(api: httpx.Client) -> None:
    todo, other = add(api), add(api, "other")
    url = f"/todos/{todo['id']}"
    done = api.patch(url, json={"done": True}).json()
    assert (done["title"], done["done"]) == ("milk", True)
    assert done["updated_at"] > done["created_at"] == todo["created_at"]
    renamed = api.patch(url, json={"title": "bread"}).json()
    assert (renamed["title"], renamed["done"]) == ("bread", True)
    undone = api.patch(url, json={"title": "rye", "done": False}).json()
    assert (undone["title"], undone["done"]) == ("rye", False)
    assert api.get(url).json() == undone
    assert api.get(f"/todos/{other['id']}").json() == other


def test_delete(api: httpx.Client) -> None:
    todo, other = add(api), add(api, "other")
    url = f"/todos/{todo['id']}"
    response = api.delete(url)
    assert (response.status_code, response.content) == (204, b"")
    assert api.get(url).status_code == 404
    assert api.get("/todos").json() == {"items": [other], "next": None}
    # An id never comes back: a late request must not hit another todo.
    assert add(api)["id"] > other["id"]


@pytest.mark.parametrize("todo_id", ["999999999", str(2**63 - 1)])
def test_missing_todo_is_404(api: httpx.Client, todo_id: str) -> None:
    url = f"/todos/{todo_id}"
    for response in (api.get(url), api.patch(url, json={"done": True}), api.delete(url)):
        assert response.status_code == 404
        assert response.json() == {"detail": "no such todo"}


@pytest.mark.parametrize("todo_id", ["0", "-1", "one", "1.5", str(2**63), "1 OR 1=1"])
def test_impossible_id_is_422(api: httpx.Client, todo_id: str) -> None:
    url = f"/todos/{todo_id}"
    for response in (api.get(url), api.patch(url, json={"done": True}), api.delete(url)):
        assert response.status_code == 422


BAD_BODIES = [
    "", "{", "null", "[]", "{}", '{"title": null}', '{"title": 5}', '{"title": ""}',
    '{"title": " \\n "}', '{"title": "a\\u0000b"}', '{"title": "\\ud800"}', '{"\\ud800": "a"}',
    f'{{"title": "{"a" * 201}"}}', '{"title": "a", "done": "yes"}', '{"title": "a", "done": 1}',
    '{"title": "a", "done": null}', '{"title": "a", "owner": "me"}',
]  # fmt: skip


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: body[:30])
def test_bad_body_is_422_and_changes_nothing(api: httpx.Client, body: str) -> None:
    todo = add(api)
    headers = {"Content-Type": "application/json"}
    for response in (
        api.post("/todos", content=body, headers=headers),
        api.patch(f"/todos/{todo['id']}", content=body, headers=headers),
    ):
        assert response.status_code == 422
        assert all(item["loc"] and item["msg"] for item in response.json()["detail"])
    assert api.get("/todos").json()["items"] == [todo]


def test_wrong_method_and_wrong_path(api: httpx.Client) -> None:
    assert api.put("/todos/1", json={}).status_code == 405
    assert api.get("/todos/").status_code == 404


@pytest.mark.parametrize(
    "title",
    [
        "a" * 200,
        "牛乳\u3000と 🥛👩‍👩‍👧" + "é" * 100,
        "two\nlines and\ta tab",
        "'; DROP TABLE todos; --",
        "\" OR ''='",
        "%s %(x)s ? :id $1 \\ {0} <b>",
    ],
)
def test_titles_are_data(api: httpx.Client, title: str) -> None:
    todo = add(api, title)
    assert todo["title"] == title
    url = f"/todos/{todo['id']}"
    assert api.patch(url, json={"title": title, "done": True}).json()["title"] == title
    assert [item["title"] for item in api.get("/todos").json()["items"]] == [title]


# --- list


def test_pages(api: httpx.Client) -> None:
    ids = [add(api, f"todo {n}")["id"] for n in range(7)]
    seen: list[list[int]] = []
    after: int | None = 0
    while after is not None:
        page = api.get("/todos", params={"limit": 3, "after": after}).json()
        seen.append([item["id"] for item in page["items"]])
        after = page["next"]
    assert seen == [ids[:3], ids[3:6], ids[6:]]
    # A last page that is just full has no next one.
    assert api.get("/todos", params={"limit": 7}).json()["next"] is None


def test_default_page_is_limited(api: httpx.Client) -> None:
    for n in range(51):
        add(api, f"todo {n}")
    page = api.get("/todos").json()
    assert len(page["items"]) == 50
    assert page["next"] == page["items"][-1]["id"]


def test_filter_by_done(api: httpx.Client) -> None:
    todos = [add(api, str(n), done=n % 2 == 0) for n in range(6)]
    for done in (True, False):
        page = api.get("/todos", params={"done": done, "limit": 2}).json()
        assert page["items"] == [todo for todo in todos if todo["done"] is done][:2]
        assert page["next"] == page["items"][-1]["id"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "after=-1", f"after={2**63}", "done=2", "after=0;SELECT+1"],
)
def test_bad_query_is_422(api: httpx.Client, query: str) -> None:
    assert api.get(f"/todos?{query}").status_code == 422


def test_concurrent_requests(api: httpx.Client) -> None:
    with ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(lambda n: add(api, f"todo {n}")["id"], range(60)))
    assert len(set(ids)) == 60
    assert len(api.get("/todos", params={"limit": 100}).json()["items"]) == 60
