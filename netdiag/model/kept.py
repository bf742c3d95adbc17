"""What was worked out, kept with what it was worked out from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Kept(Generic[T]):
    """Results of pure functions by name, one each: worked out anew only when the inputs changed."""

    _known: dict[str, tuple[tuple[object, ...], T]] = field(default_factory=dict)

    def get(self, name: str, inputs: tuple[object, ...], work: Callable[[], T]) -> T:
        """The result of `work`, which looks at nothing but `inputs`."""
        known = self._known.get(name)
        if known is not None and known[0] == inputs:
            return known[1]
        result = work()
        self._known[name] = inputs, result
        return result
