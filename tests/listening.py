"""Whether a prompt can be heard in a recording: normalised cross-correlation, piece by piece.

For tests and measurements only: numpy is a development dependency.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from screener.lab.media import RATE, Recording, Samples

Signal: TypeAlias = NDArray[np.float64]

_PIECE = RATE * 4 // 10
_SLIP = RATE // 10  # pieces may lie this far from where the first puts them: a pause between packets
_QUIET = 150.0  # RMS below which a piece of a prompt is a pause and says nothing
_FOUND = 0.85
"""Through G.711 our prompts score 0.999, any other one of the same voice at most 0.69 (tests/test_lab.py)."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well a prompt lies in a recording: 1 is identical; the offset is that of its start."""

    score: float
    offset_seconds: float

    @property
    def found(self) -> bool:
        return self.score >= _FOUND


def heard(recording: Recording, prompt: Samples) -> Match:
    """Where in the recording the prompt fits best, and how well, whatever its loudness there."""
    sound, wanted = np.asarray(recording.samples, dtype=np.float64), np.asarray(prompt, dtype=np.float64)
    size = min(_PIECE, len(wanted))
    if size == 0 or len(sound) == 0:
        return Match(0.0, 0.0)
    # The first or last packet of a prompt can be missing: a piece may stick out of the recording.
    sound = np.pad(sound, size)
    starts = [
        start
        for start in range(0, len(wanted) - size + 1, size)
        if _loudness(wanted[start : start + size]) > _QUIET
    ]
    if not starts:
        return Match(0.0, 0.0)
    likeness = [_likeness(sound, wanted[start : start + size]) for start in starts]
    candidates = {int(np.argmax(curve)) - start for start, curve in zip(starts, likeness, strict=True)}
    scores = {place: _score(place, starts, likeness) for place in candidates}
    best = max(scores, key=scores.__getitem__)
    return Match(scores[best], (best - size) / RATE)


def _loudness(sound: Signal) -> float:
    return float(np.sqrt(np.mean(sound * sound)))


def _likeness(sound: Signal, piece: Signal) -> Signal:
    """The correlation of a piece with every place of the sound, from -1 to 1."""
    length = 1 << (len(sound) + len(piece)).bit_length()
    product = np.fft.irfft(np.fft.rfft(sound, length) * np.conj(np.fft.rfft(piece, length)), length)
    dots = product[: len(sound) - len(piece) + 1]
    sums = np.concatenate(([0.0], np.cumsum(sound * sound)))
    energy = sums[len(piece) :] - sums[: -len(piece)]
    # A floor under the energy: in silence the quotient would be rounding noise.
    norm = np.sqrt(np.maximum(energy, len(piece) * 20.0**2) * np.dot(piece, piece))
    return np.asarray(dots / norm, dtype=np.float64)


def _score(place: int, starts: list[int], likeness: list[Signal]) -> float:
    """The mean likeness of all pieces, each near its place if the prompt began at `place`."""
    total = 0.0
    for start, curve in zip(starts, likeness, strict=True):
        first, last = place + start - _SLIP, place + start + _SLIP + 1
        near = curve[max(0, first) : max(0, last)]
        total += max(0.0, float(near.max())) if len(near) else 0.0
    return total / len(starts)
