"""Sound in the lab: G.711, RTP in both directions, and recordings of what a party hears."""

import array
import asyncio
import math
import random
import struct
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

RATE = 8000
FRAME = 160  # samples in 20 ms
PCMU, PCMA = 0, 8
CALLER_TONE = 700.0
PHONE_TONE = 1100.0
Samples: TypeAlias = "array.array[int]"
"""16-bit samples at 8 kHz."""

_AUDIBLE = 200.0  # RMS of a frame, of 32767: below it is line noise
_LONGEST_PAUSE = RATE * 10  # within one RTP stream


def _expand_ulaw(code: int) -> int:
    """ITU-T G.711 table 2a: the 16-bit value of a mu-law byte."""
    code = ~code & 0xFF
    size = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return 0x84 - size if code & 0x80 else size - 0x84


def _expand_alaw(code: int) -> int:
    """ITU-T G.711 table 1a: the 16-bit value of an A-law byte."""
    code ^= 0x55
    segment = (code & 0x70) >> 4
    size = ((code & 0x0F) << 4) + 8
    if segment:
        size = (size + 0x100) << (segment - 1)
    return size if code & 0x80 else -size


_EXPAND = {
    PCMU: [_expand_ulaw(code) for code in range(256)],
    PCMA: [_expand_alaw(code) for code in range(256)],
}
_SILENCE = {PCMU: 0xFF, PCMA: 0xD5}


def _compressor(table: Sequence[int]) -> bytes:
    """For each 16-bit value (as unsigned index) in steps of 16 the nearest code of the table."""
    codes = sorted(range(256), key=table.__getitem__)
    found, place = bytearray(4096), 0
    for step in range(4096):
        value = (step - 2048) * 16 + 8
        while place < 255 and abs(table[codes[place + 1]] - value) <= abs(table[codes[place]] - value):
            place += 1
        found[step] = codes[place]
    return bytes(found)


_COMPRESS = {law: _compressor(table) for law, table in _EXPAND.items()}


def expand(payload: bytes, law: int) -> Samples:
    """16-bit samples of a G.711 payload."""
    return array.array("h", map(_EXPAND[law].__getitem__, payload))


def compress(samples: Sequence[int], law: int) -> bytes:
    """G.711 payload of 16-bit samples."""
    table = _COMPRESS[law]
    return bytes(table[(sample >> 4) + 2048] for sample in samples)


def tone(hertz: float, seconds: float = 1.0, size: int = 6000) -> Samples:
    """A steady tone; with a whole number of hertz one second of it repeats without a click."""
    step = 2 * math.pi * hertz / RATE
    return array.array("h", (round(size * math.sin(step * place)) for place in range(round(RATE * seconds))))


def load_wav(path: Path) -> Samples:
    """The samples of an 8 kHz, 16-bit, mono WAV; raises ValueError for any other."""
    with wave.open(str(path), "rb") as file:
        if (file.getframerate(), file.getsampwidth(), file.getnchannels()) != (RATE, 2, 1):
            raise ValueError(f"{path} is not 8 kHz, 16 bits, mono")
        return array.array("h", file.readframes(file.getnframes()))


@dataclass(frozen=True, slots=True)
class Recording:
    """What a party heard: 8 kHz 16-bit samples from `began` (monotonic seconds) on, pauses as silence."""

    samples: Samples
    began: float | None

    @classmethod
    def empty(cls) -> "Recording":
        return cls(array.array("h"), None)

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    def between(self, start: float, end: float) -> "Recording":
        """What was heard between two moments of the monotonic clock."""
        if self.began is None or end <= self.began:
            return Recording.empty()
        first = max(0, round((start - self.began) * RATE))
        return Recording(self.samples[first : round((end - self.began) * RATE)], self.began + first / RATE)

    def seconds_of_tone(self, hertz: float) -> float:
        """For how long that tone, and nothing else, was heard."""
        return sum(_purity(frame, hertz) > 0.8 for frame in self._audible()) * FRAME / RATE

    def seconds_without_tone(self, *tones: float) -> float:
        """For how long something audible was heard that is none of these tones: speech, as a rule."""
        other = (all(_purity(frame, hertz) <= 0.8 for hertz in tones) for frame in self._audible())
        return sum(other) * FRAME / RATE

    def save(self, path: Path) -> None:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(self.samples.tobytes())

    def _audible(self) -> Iterator[Sequence[int]]:
        for place in range(0, len(self.samples) - FRAME + 1, FRAME):
            frame = self.samples[place : place + FRAME]
            if math.sqrt(sum(sample * sample for sample in frame) / FRAME) >= _AUDIBLE:
                yield frame


def _purity(frame: Sequence[int], hertz: float) -> float:
    """The share of a frame's energy that lies at one frequency (Goertzel), from 0 to 1."""
    factor, before, last = 2 * math.cos(2 * math.pi * hertz / RATE), 0.0, 0.0
    for sample in frame:
        before, last = last, sample + factor * last - before
    power = before * before + last * last - factor * before * last
    energy = sum(sample * sample for sample in frame)
    return 2 * power / (len(frame) * energy) if energy else 0.0


class Media(asyncio.DatagramProtocol):
    """One RTP endpoint: sends a voice from start() on, and writes down what arrives.

    The voice is repeated without end; None is silence.
    """

    def __init__(self, address: str, voice: Sequence[int] | None) -> None:
        self.address = address
        self.port = 0
        self._voice = voice
        self._transport: asyncio.DatagramTransport | None = None
        self._sending: asyncio.Task[None] | None = None
        self._heard = array.array("h")
        self._began: float | None = None
        self._source = self._due_stamp = 0

    @classmethod
    async def open(cls, address: str, voice: Sequence[int] | None) -> "Media":
        loop = asyncio.get_running_loop()
        _, media = await loop.create_datagram_endpoint(lambda: cls(address, voice), local_addr=(address, 0))
        return media

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Python 3.11's own class is no DatagramTransport by inheritance.
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, _: object) -> None:
        law = data[1] & 0x7F if len(data) > 12 else -1
        if law not in _EXPAND:
            return
        now = time.monotonic()
        if self._began is None:
            self._began = now
        stamp, source = struct.unpack_from("!II", data, 4)
        pause = stamp - self._due_stamp
        if source != self._source or not 0 <= pause <= _LONGEST_PAUSE:
            # A new stream has a clock of its own: then the moment of arrival says how long the pause was.
            pause = round((now - self._began) * RATE) - len(self._heard)
        self._heard.extend([0] * pause)
        self._heard.extend(expand(data[12:], law))
        self._source, self._due_stamp = source, stamp + len(data) - 12

    def error_received(self, exc: Exception) -> None:
        """The other side closed its port before we stopped sending: that is how calls end."""

    def start(self, target: tuple[str, int, int]) -> None:
        """Sends to this address, port and payload type; a second start only changes the target."""
        if self._sending is not None:
            self._sending.cancel()
        self._sending = asyncio.create_task(self._send(*target))

    def close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        if self._transport is not None:
            self._transport.close()

    def recording(self) -> Recording:
        return Recording(self._heard[:], self._began)

    async def _send(self, address: str, port: int, law: int) -> None:
        assert self._transport is not None
        source, stamp = random.getrandbits(32), random.getrandbits(31)
        voice = bytes([_SILENCE[law]]) if self._voice is None else compress(self._voice, law)
        loop = (voice * (2 + FRAME // len(voice)))[: len(voice) + FRAME]
        began, place = time.monotonic(), 0
        for number in range(1 << 30):
            header = struct.pack(
                "!BBHII", 0x80, law, number & 0xFFFF, (stamp + number * FRAME) & 0xFFFFFFFF, source
            )
            self._transport.sendto(header + loop[place : place + FRAME], (address, port))
            place = (place + FRAME) % len(voice)
            await asyncio.sleep(began + (number + 1) * FRAME / RATE - time.monotonic())
