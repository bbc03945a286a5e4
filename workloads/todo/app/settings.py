"""The environment contract. It is the same on every cloud: the app never asks where it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

# Each DB_* variable, and the libpq parameter that it sets.
DB_PARAMS = {
    "DB_HOST": "host",
    "DB_PORT": "port",
    "DB_NAME": "dbname",
    "DB_USER": "user",
    "DB_PASSWORD": "password",
    "DB_SSLMODE": "sslmode",
}


class SettingsError(Exception):
    """Everything that is wrong with the environment, not just the first thing."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    api_token: str = field(repr=False)
    # libpq parameters, or None for SQLite. Holds the password, so it stays out of repr().
    postgres: dict[str, str] | None = field(repr=False)
    sqlite_path: str
    pool_max: int
    port: int
    log_level: str


def load(env: Mapping[str, str]) -> Settings:
    """Read and check the environment. Raises SettingsError; no message quotes a secret."""
    problems: list[str] = []

    def integer(name: str, default: int, low: int, high: int) -> int:
        text = env.get(name) or str(default)
        # The length limit keeps int() away from absurdly long digit strings.
        if re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        problems.append(f"{name} must be a whole number from {low} to {high}")
        return default

    token = env.get("API_TOKEN", "")
    if not token:
        problems.append("API_TOKEN is missing or empty")
    elif not re.fullmatch(r"[!-~]+", token):
        # Typically a secret that was stored with a newline at its end: no header could match it.
        problems.append("API_TOKEN must be printable ASCII without spaces or line ends")

    port = integer("PORT", 8000, 1, 65535)
    # Cloud SQL's db-f1-micro accepts 25 connections, 3 of them reserved. Ten instances with two
    # each make 20, which fits; a larger database can take more through DB_POOL_MAX.
    pool_max = integer("DB_POOL_MAX", 2, 1, 100)
    log_level = env.get("LOG_LEVEL") or "INFO"
    if log_level not in LOG_LEVELS:
        problems.append(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")

    # A variable that is there but empty means broken wiring, so it still selects PostgreSQL:
    # a deployed app must not fall back to a SQLite file that vanishes with its container.
    postgres: dict[str, str] | None = None
    if any(name in env for name in (*DB_PARAMS, "DATABASE_URL")):
        postgres = _postgres(env, problems)
        integer("DB_PORT", 5432, 1, 65535)

    if problems:
        raise SettingsError(problems)
    return Settings(
        api_token=token,
        postgres=postgres,
        sqlite_path=env.get("SQLITE_PATH") or "/tmp/todo.db",
        pool_max=pool_max,
        port=port,
        log_level=log_level,
    )


def _postgres(env: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """libpq parameters: DATABASE_URL's, overridden by the DB_* variables."""
    params: dict[str, str] = {"port": "5432", "sslmode": "require"}
    url = env.get("DATABASE_URL", "")
    if url:
        try:
            if not url.startswith(("postgresql://", "postgres://")):
                raise ProgrammingError
            params |= {key: str(value) for key, value in conninfo_to_dict(url).items()}
        except ProgrammingError:
            # libpq's own message would quote the URL, and with it a password in it.
            problems.append("DATABASE_URL is not a valid postgresql:// URL")
    params |= {key: env[name] for name, key in DB_PARAMS.items() if env.get(name)}
    for name, key in DB_PARAMS.items():
        if not params.get(key):
            where = "" if name == "DB_PASSWORD" else " (and not given by DATABASE_URL)"
            problems.append(f"{name} is missing or empty{where}")
    if params["sslmode"] not in SSL_MODES:
        problems.append(f"DB_SSLMODE must be one of {', '.join(SSL_MODES)}")
    return params
