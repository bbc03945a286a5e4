"""A comment on a place's weather: forecast by WxTech, words by the first language model that answers."""

import json
import logging
import urllib.request
from typing import Any

from .cache import FileCache
from .settings import Settings

log = logging.getLogger("app")

FORECAST_PATIENCE = 10  # seconds
MODEL_PATIENCE = 15


class NoForecast(Exception):
    pass


def ask(url: str, headers: dict[str, str], body: Any = None, *, timeout: float) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=timeout) as response:
        return json.load(response)


def words(key: str, base: str, secret: str, prompt: str) -> str:
    """One model's answer; each has its own way to be asked. Keys go into headers: URLs end up in logs."""
    messages = [{"role": "user", "content": prompt}]
    match key:
        case "OPENAI_API_KEY":
            headers, body = {"Authorization": f"Bearer {secret}"}, {"model": "gpt-4o-mini", "messages": messages}
            answer = ask(f"{base}/v1/chat/completions", headers, body, timeout=MODEL_PATIENCE)
            return answer["choices"][0]["message"]["content"]
        case "GEMINI_API_KEY":
            body = {"contents": [{"parts": [{"text": prompt}]}]}
            url = f"{base}/v1beta/models/gemini-2.5-flash:generateContent"
            answer = ask(url, {"x-goog-api-key": secret}, body, timeout=MODEL_PATIENCE)
            return answer["candidates"][0]["content"]["parts"][0]["text"]
        case "ANTHROPIC_API_KEY":
            headers = {"x-api-key": secret, "anthropic-version": "2023-06-01"}
            body = {"model": "claude-haiku-4-5", "max_tokens": 200, "messages": messages}
            return ask(f"{base}/v1/messages", headers, body, timeout=MODEL_PATIENCE)["content"][0]["text"]
    raise ValueError(key)


class Comments:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cache = FileCache(settings.cache)

    def comment(self, latitude: float, longitude: float) -> dict[str, Any]:
        """Raises NoForecast."""
        # About a kilometre, which is the grid of the forecast.
        place = f"{latitude:.2f},{longitude:.2f}"
        if cached := self._cache.get("comments", place):
            return {**cached, "cached": True}
        by, comment = self._words(self._forecast(latitude, longitude, place))
        made = {"place": place, "comment": comment, "by": by}
        if by:  # a makeshift is not kept for six hours
            self._cache.put("comments", place, made)
        return {**made, "cached": False}

    def _forecast(self, latitude: float, longitude: float, place: str) -> Any:
        if cached := self._cache.get("forecast", place):
            return cached
        url = f"{self._settings.wxtech_url}?lat={latitude:.2f}&lon={longitude:.2f}"
        headers = {"X-API-KEY": self._settings.keys.get("WXTECH_API_KEY", "")}
        try:
            # The next hours of the first and only place.
            hours = ask(url, headers, timeout=FORECAST_PATIENCE)["wxdata"][0]["srf"][:12]
        except (OSError, ValueError, LookupError, TypeError) as error:
            log.warning("forecast: %s", error)
            raise NoForecast from error
        self._cache.put("forecast", place, hours)
        return hours

    def _words(self, hours: Any) -> tuple[str | None, str]:
        """The first model that has a key and answers, and what it said; without one, the figures themselves."""
        prompt = f"次の天気予報に、日本語で一文のコメントを書いてください。\n{json.dumps(hours, ensure_ascii=False)}"
        for key, base in self._settings.llm_urls.items():
            if not (secret := self._settings.keys.get(key)):
                continue
            try:
                return key.removesuffix("_API_KEY").lower(), words(key, base, secret, prompt).strip()
            except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
                log.warning("%s: %s", key.removesuffix("_API_KEY").lower(), error)
        temperatures = [hour["temp"] for hour in hours if isinstance(hour, dict) and "temp" in hour]
        return None, f"気温 {min(temperatures)}〜{max(temperatures)}℃" if temperatures else "予報あり"
