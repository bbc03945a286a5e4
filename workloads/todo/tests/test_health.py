"""Which health checks reach the database. (What it answers: see test_process.py.)"""

import asyncio

import pytest

from app import health
from app.store import Database, DatabaseUnavailable, Row


class FakeDatabase(Database):
    def __init__(self) -> None:
        self.up = True
        self.queries = 0

    def _query(self, sql: str, params: tuple[object, ...]) -> list[Row]:
        self.queries += 1
        if not self.up:
            raise DatabaseUnavailable("down")
        return []

    def close(self) -> None:
        pass


async def many(checker: health.Health) -> set[bool]:
    return set(await asyncio.gather(*(checker.check() for _ in range(50))))


@pytest.mark.parametrize("up", [True, False])
def test_a_flood_of_checks_is_one_query(up: bool) -> None:
    database = FakeDatabase()
    database.up = up
    assert asyncio.run(many(health.Health(database))) == {up}
    assert database.queries == 1


def test_a_busy_database_is_not_asked() -> None:
    database = FakeDatabase()
    database.query("SELECT 1")  # a request's statement
    assert asyncio.run(many(health.Health(database))) == {True}
    assert database.queries == 1


def test_an_answer_does_not_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH", 0)
    database = FakeDatabase()
    checker = health.Health(database)

    async def up_down_up() -> list[bool]:
        answers = []
        for database.up in (True, False, True):
            answers.append(await checker.check())
        return answers

    assert asyncio.run(up_down_up()) == [True, False, True]
