"""The server's clock: what is created while it is set back was created then."""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from typing import Any

from freezegun import freeze_time


class Clock:
    """Runs on from the time that it is set to. Starting to fake the time is slow, moving it is not."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._frozen: Any = None
        self._factory: Any = None

    def set(self, iso: str | None) -> None:
        """Sets the clock to an ISO 8601 time; None puts it back to the real time."""
        with self._lock:
            if iso is None:
                if self._frozen:
                    self._frozen.stop()
                self._frozen = self._factory = None
                return
            moment = datetime.fromisoformat(iso.replace("Z", "+00:00"))
            if self._factory is None:
                self._frozen = freeze_time(moment, tick=True)
                self._factory = self._frozen.start()
            else:
                self._factory.move_to(moment)
