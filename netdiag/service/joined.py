"""Several who ask for the same subscriber at once share one diagnosis."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Joined:
    """Diagnoses under way in this process, by subscriber."""

    _by_subscriber: dict[str, str] = field(default_factory=dict)

    def under_way(self, subscriber: str) -> str | None:
        """The diagnosis that another has just asked for."""
        return self._by_subscriber.get(subscriber)

    def begun(self, subscriber: str, job: str) -> None:
        """From now on others join it."""
        self._by_subscriber[subscriber] = job

    def ended(self, job: str) -> None:
        """What it found is history now."""
        for subscriber, known in list(self._by_subscriber.items()):
            if known == job:
                del self._by_subscriber[subscriber]

    def __len__(self) -> int:
        return len(self._by_subscriber)
