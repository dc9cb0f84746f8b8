"""The picture that goes with a link in messages and social media: the profile of five bars as a PNG.

Drawn without an image library: rectangles in an array, packed as the PNG specification (W3C, third edition) says.
Words stay with the page's title, which is always shown beside the picture.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from lpdqa.web.profile import HEADINGS, TOP

# The size that services ask for; larger pictures are cut.
WIDTH, HEIGHT = 1200, 630
# Colours of the theme (static/src/_theme.scss): ground, brand, track, line, header.
_PALETTE = ((255, 255, 255), (20, 80, 107), (221, 228, 233), (195, 204, 211), (12, 53, 71))
_GROUND, _BAR, _TRACK, _LINE, _DARK = range(5)
_BARS = (132, 74)
"""Width of a bar and of the gap to the next."""
_TOP, _BASE = 110, 550
# The mark: five unlike bars, heights of 24 (templates/components/mark.html).
_MARK = (16, 24, 12, 20, 16)


def profile_png(headings: Mapping[str, Any] | None) -> bytes:
    """The profile as a PNG of 1200 by 630 pixels, some kilobytes.

    headings: scores 0 to 4 by heading; one that is missing or None is drawn as an empty frame. None: the register's
    mark instead, for what has no rating.
    """
    if headings is None:
        return _drawn(None)
    values = (headings.get(name) for name in HEADINGS)
    return _drawn(tuple(None if value is None else float(value) for value in values))


@lru_cache(maxsize=64)
def _drawn(scores: tuple[float | None, ...] | None) -> bytes:
    picture = np.full((HEIGHT, WIDTH), _GROUND, dtype=np.uint8)
    width, gap = _BARS
    left = (WIDTH - 5 * width - 4 * gap) // 2
    if scores is None:
        picture[:] = _DARK
        for place, height in enumerate(_MARK):
            x = left + place * (width + gap)
            picture[_BASE - round((_BASE - _TOP) * height / 24) : _BASE, x : x + width] = _GROUND
        return _png(picture)
    picture[:40] = _DARK
    for place, score in enumerate(scores):
        x = left + place * (width + gap)
        if score is None:
            picture[_TOP:_BASE, x : x + width] = _LINE
            picture[_TOP + 4 : _BASE - 4, x + 4 : x + width - 4] = _GROUND
            continue
        picture[_TOP:_BASE, x : x + width] = _TRACK
        share = min(max(score, 0.0), TOP) / TOP
        picture[_BASE - round((_BASE - _TOP) * share) : _BASE, x : x + width] = _BAR
    picture[_BASE : _BASE + 6, left - 20 : WIDTH - left + 20] = _BAR
    return _png(picture)


def _png(picture: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    """An array of palette numbers as a PNG file: 8 bits a pixel, no filter."""
    height, width = picture.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)
    rows[:, 1:] = picture
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = bytes(part for colour in _PALETTE for part in colour)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"PLTE", palette),
            (b"IDAT", zlib.compress(rows.tobytes(), 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
