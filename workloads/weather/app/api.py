"""The API, on port 8000."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query

from .comments import Comments, NoForecast
from .server import serve
from .settings import Settings

MAX_PLACES = 20
PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?)")


def coordinates(place: str) -> tuple[float, float]:
    match = PLACE.fullmatch(place)
    latitude, longitude = map(float, match.groups()) if match else (91.0, 0.0)
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise HTTPException(422, "a place is latitude,longitude, such as 35.68,139.77")
    return latitude, longitude


def create_app(settings: Settings) -> FastAPI:
    app = FastAPI(title="weather", docs_url=None, redoc_url=None, openapi_url=None)
    comments = Comments(settings)
    # One pool for all requests: the setting bounds what this instance asks of others at a time.
    workers = ThreadPoolExecutor(settings.workers)

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Nothing that belongs to others is asked: a restart would not repair it."""
        return {"status": "healthy"}

    @app.get("/api/comments")
    def listed(at: Annotated[list[str], Query(min_length=1, max_length=MAX_PLACES)]) -> dict[str, Any]:
        places = [coordinates(place) for place in at]
        try:
            return {"items": list(workers.map(lambda place: comments.comment(*place), places))}
        except NoForecast as error:
            raise HTTPException(502, "no forecast") from error

    return app


if __name__ == "__main__":
    serve(create_app, "api")
