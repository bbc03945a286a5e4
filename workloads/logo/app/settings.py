"""Settings, read once at the start: a new value is a restart of the same image."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    port: int
    max_concurrent_detections: int
    log_level: str
    # Seconds. ECS kills 30 after SIGTERM (Cloud Run 10): this and the second that closing takes stay below it.
    drain_seconds: int


def load(environment: Mapping[str, str]) -> Settings:
    """Raises ValueError that names the variable."""

    def number(name: str, default: int, lowest: int, highest: int) -> int:
        text = environment.get(name) or str(default)
        if not text.isdecimal() or not lowest <= int(text) <= highest:
            raise ValueError(f"{name} is {text!r}: a whole number from {lowest} to {highest} is allowed")
        return int(text)

    level = (environment.get("LOG_LEVEL") or "info").upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError(f"LOG_LEVEL is {level!r}: debug, info, warning and error are allowed")
    return Settings(
        port=number("PORT", 8000, 1, 65535),
        max_concurrent_detections=number("MAX_CONCURRENT_DETECTIONS", 2, 1, 64),
        log_level=level,
        drain_seconds=number("DRAIN_SECONDS", 28, 1, 120),
    )
