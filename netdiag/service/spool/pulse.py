"""Whether the store can be reached: asked over and over in a thread of its own, for a line that is
cut holds up whoever asks over it."""

from __future__ import annotations

import threading
import time

from sqlalchemy import text

from netdiag.store.database import Database, StoreError


class Pulse:
    """`silent_s`: seconds since the store answered last, or since the beginning."""

    def __init__(self, database: Database, every_s: float = 5.0) -> None:
        self._database = database
        self._every_s = every_s
        self._last = time.monotonic()
        self._end = threading.Event()
        self.answered = False  # ever
        self.trouble = ""

    def start(self) -> None:
        """Begin to ask."""
        threading.Thread(target=self._ask, name="netdiag-pulse", daemon=True).start()

    def stop(self) -> None:
        """Ask no more."""
        self._end.set()

    @property
    def silent_s(self) -> float:
        """For how long nothing was heard."""
        return time.monotonic() - self._last

    def _ask(self) -> None:
        while not self._end.is_set():
            try:
                with self._database.read() as connection:
                    connection.execute(text("SELECT 1"))
            except StoreError as error:
                self.trouble = str(error)
            else:
                self._last, self.answered, self.trouble = time.monotonic(), True, ""
            self._end.wait(self._every_s)
