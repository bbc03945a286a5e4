"""Settings of both processes. The ports are fixed as the document has them: PORT can say only one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

KEYS = ("WXTECH_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "ANTHROPIC_API_KEY")


@dataclass(frozen=True)
class Settings:
    ports: Mapping[str, int]
    workers: int
    cache: str
    wxtech_url: str
    llm_urls: Mapping[str, str]
    keys: Mapping[str, str] = field(repr=False)  # never in a log


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises ValueError that names the variable."""

    def number(name: str, default: int, highest: int) -> int:
        text = environment.get(name) or str(default)
        if not text.isdecimal() or not 1 <= int(text) <= highest:
            raise ValueError(f"{name} is {text!r}: a whole number from 1 to {highest} is allowed")
        return int(text)

    return Settings(
        ports={"ui": number("UI_PORT", 8501, 65535), "api": number("API_PORT", 8000, 65535)},
        workers=number("MAX_PARALLEL_WORKERS", 4, 64),
        cache=environment.get("CACHE_PATH") or "/app/cache",
        wxtech_url=environment.get("WXTECH_URL") or "https://wxtech.weathernews.com/api/v1/ss1wx",
        llm_urls={
            "OPENAI_API_KEY": environment.get("OPENAI_URL") or "https://api.openai.com",
            "GEMINI_API_KEY": environment.get("GEMINI_URL") or "https://generativelanguage.googleapis.com",
            "ANTHROPIC_API_KEY": environment.get("ANTHROPIC_URL") or "https://api.anthropic.com",
        },
        keys={name: environment[name] for name in KEYS if environment.get(name)},
    )
