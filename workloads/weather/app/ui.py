"""The user interface, on port 8501: a page that asks the API beside it, as the document's Streamlit app does."""

import asyncio
import html
import json
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from .server import serve
from .settings import Settings

PATIENCE = 90  # seconds: a forecast, and three models that may each take their time
ASKING = 40  # questions to the API at a time

PAGE = """<!doctype html>
<html lang="ja">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Weather comments</title>
    <h1>Weather comments</h1>
    <form><input name="at" value="{at}" placeholder="35.68,139.77" required aria-label="place"> <button>Comment</button></form>
    <p role="status">{answer}</p>
</html>
"""


def ask(api_port: int, at: str) -> str:
    url = f"http://127.0.0.1:{api_port}/api/comments?{urllib.parse.urlencode({'at': at})}"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return json.load(response)["items"][0]["comment"]
    except urllib.error.HTTPError as error:
        return "No such place." if error.code == 422 else "No forecast at the moment."
    except OSError:
        return "The API does not answer."


def create_app(settings: Settings) -> FastAPI:
    app = FastAPI(title="weather", docs_url=None, redoc_url=None, openapi_url=None)

    # Threads of its own: the health check, which asks the same page without a place, waits for none of them.
    threads = ThreadPoolExecutor(ASKING)

    @app.get("/")
    async def page(at: str = "") -> HTMLResponse:
        asked = asyncio.get_running_loop().run_in_executor(threads, ask, settings.ports["api"], at) if at else None
        answer = await asked if asked else ""
        return HTMLResponse(PAGE.format(at=html.escape(at), answer=html.escape(answer)))

    return app


if __name__ == "__main__":
    serve(create_app, "ui")
