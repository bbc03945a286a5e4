import pytest

from app.settings import SettingsError, load

DB = {"DB_HOST": "db.internal", "DB_NAME": "todo", "DB_USER": "app", "DB_PASSWORD": "pa ss:/@"}
URL = "postgresql://app@db.internal:6432/todo?sslmode=require"


def problems(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(env)
    return caught.value.problems


def test_defaults() -> None:
    settings = load({"API_TOKEN": "t"})
    assert settings.postgres is None
    assert settings.sqlite_path == "/tmp/todo.db"
    assert (settings.port, settings.pool_max, settings.log_level) == (8000, 2, "INFO")


def test_db_variables() -> None:
    assert load({"API_TOKEN": "t", **DB}).postgres == {
        "host": "db.internal", "port": "5432", "dbname": "todo", "user": "app",
        "password": "pa ss:/@", "sslmode": "require",
    }  # fmt: skip


def test_database_url_with_password_beside_it() -> None:
    settings = load({"API_TOKEN": "t", "DATABASE_URL": URL, "DB_PASSWORD": "secret"})
    assert settings.postgres == {
        "host": "db.internal", "port": "6432", "dbname": "todo", "user": "app",
        "password": "secret", "sslmode": "require",
    }  # fmt: skip


def test_the_full_contract_and_overrides() -> None:
    settings = load(
        {
            "API_TOKEN": "t", **DB, "DATABASE_URL": URL, "DB_PORT": "7432", "DB_SSLMODE": "disable",
            "DB_POOL_MAX": "5", "PORT": "8080", "LOG_LEVEL": "DEBUG",
        }
    )  # fmt: skip
    assert settings.postgres is not None
    assert (settings.postgres["port"], settings.postgres["sslmode"]) == ("7432", "disable")
    assert (settings.port, settings.pool_max, settings.log_level) == (8080, 5, "DEBUG")


def test_reports_all_problems_at_once() -> None:
    found = problems(
        {
            "API_TOKEN": "", "PORT": "http", "DB_POOL_MAX": "0", "LOG_LEVEL": "loud",
            "DB_HOST": "h", "DB_PORT": "65536", "DB_SSLMODE": "maybe", "DATABASE_URL": "mysql://x",
        }
    )  # fmt: skip
    names = ("API_TOKEN", "PORT", "DB_POOL_MAX", "LOG_LEVEL", "DATABASE_URL", "DB_NAME", "DB_USER",
             "DB_PASSWORD", "DB_SSLMODE", "DB_PORT")  # fmt: skip
    assert sorted(text.split()[0] for text in found) == sorted(names)


@pytest.mark.parametrize("token", ["with space", "newline\n", "ümlaut", "\t"])
def test_refuses_tokens_that_no_header_can_match(token: str) -> None:
    assert problems({"API_TOKEN": token}) == [
        "API_TOKEN must be printable ASCII without spaces or line ends"
    ]


@pytest.mark.parametrize("name", ["DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD"])
@pytest.mark.parametrize("missing", [True, False])
def test_an_incomplete_database_is_an_error_and_not_sqlite(name: str, missing: bool) -> None:
    env = {"API_TOKEN": "t", **DB, name: ""}
    if missing:
        del env[name]
    assert [text.split()[0] for text in problems(env)] == [name]


@pytest.mark.parametrize("name", ["DB_HOST", "DATABASE_URL", "DB_PASSWORD"])
def test_an_empty_database_variable_alone_is_an_error_too(name: str) -> None:
    assert problems({"API_TOKEN": "t", name: ""})


def test_secrets_are_in_no_message_and_no_repr() -> None:
    settings = load({"API_TOKEN": "canary-1", **DB, "DB_PASSWORD": "canary-2"})
    assert "canary" not in repr(settings)
    # libpq's message about this one would quote it in full.
    bad_url = {"DATABASE_URL": "postgresql://app:canary-3@[::1/todo"}
    assert "canary" not in str(problems({"API_TOKEN": "canary-4\n", "PORT": "x"} | bad_url))
