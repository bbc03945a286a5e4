"""Is the database there? Asked by load balancers, often, and by anyone without a token."""

import asyncio
import logging
import math
import time

from .store import Database

log = logging.getLogger(__name__)

FRESH = 1.0  # seconds that an answer counts for
PATIENCE = 4.0  # seconds, less than the 5 that load balancers commonly allow


class Health:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._lock = asyncio.Lock()
        self._failed_at = -math.inf

    async def check(self) -> bool:
        """True if the database answers.

        One probe at a time and a remembered answer, so that a flood of checks cannot load the
        database. A statement that just succeeded counts too: an instance whose pool is busy is
        not a sick one, and taking it out of rotation would only overload the others.
        """
        async with self._lock:
            now = time.monotonic()
            if now - self._db.last_answer < FRESH:
                return True
            if now - self._failed_at < FRESH:
                return False
            try:
                # asyncio's threads, not the ones that serve requests: those may all be waiting.
                await asyncio.wait_for(asyncio.to_thread(self._db.query, "SELECT 1"), PATIENCE)
                return True
            except Exception as error:  # whatever the reason, the answer is no
                log.warning("database check failed: %s", str(error) or type(error).__name__)
                self._failed_at = time.monotonic()
                return False
