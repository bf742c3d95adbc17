"""In which of the last bins each leaf answered a question: one bit a bin, so that what is told
twice or late leads to the same."""

from __future__ import annotations

from array import array

BINS = 32
_ALL = (1 << BINS) - 1


class Answers:
    """Per leaf the newest bin in which it answered, and a bit for each of the bins before."""

    def __init__(self, leaves: int) -> None:
        self.newest = array("i", bytes(4 * leaves))
        self.bits = array("I", bytes(4 * leaves))

    def note(self, leaf: int, at: int) -> None:
        """It answered in that bin."""
        ahead = at - self.newest[leaf]
        if ahead > 0:
            self.newest[leaf] = at
            self.bits[leaf] = (self.bits[leaf] << ahead | 1) & _ALL if ahead < BINS else 1
        elif ahead > -BINS:
            self.bits[leaf] |= 1 << -ahead

    def ages(self, leaf: int, now: int, back: int) -> list[int]:
        """How many bins ago it answered, of the last `back` bins, the latest first."""
        gap = now - self.newest[leaf]
        if gap >= back:
            return []
        bits, found = self.bits[leaf], []
        while bits:
            last = bits & -bits
            age = gap + last.bit_length() - 1
            if age >= back:
                break
            if age >= 0:
                found.append(age)
            bits ^= last
        return found
