"""Files that all instances share. Losing one costs a request to somebody else's API, nothing more."""

import hashlib
import json
import logging
import os
import tempfile
import time
from pathlib import Path
from typing import Any

log = logging.getLogger("app")

LIFETIME = 6 * 3600  # seconds


class FileCache:
    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def _file(self, kind: str, key: str) -> Path:
        # A hash: keys come from requests, and file names must not.
        return self._folder / kind / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    def get(self, kind: str, key: str) -> Any | None:
        """What was put less than six hours ago; a file that is missing, old or damaged is no entry."""
        file = self._file(kind, key)
        try:
            if time.time() - file.stat().st_mtime > LIFETIME:
                return None
            return json.loads(file.read_text())
        except (OSError, ValueError):
            return None

    def put(self, kind: str, key: str, value: Any) -> None:
        file = self._file(kind, key)
        temporary = None
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Written aside and renamed: another instance never reads half a file. Locks, which a bucket lacks, are not needed.
            with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as written:
                temporary = written.name
                json.dump(value, written)
            os.replace(temporary, file)
        except OSError as error:
            log.warning("cache: %s", error)
            if temporary and os.path.exists(temporary):
                os.unlink(temporary)
