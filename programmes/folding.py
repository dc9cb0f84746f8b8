"""Words without their accents, so that “cafe” finds “Café” whichever way either was typed.

The table is one to one, because PostgreSQL folds short texts with it too (`translate`, which needs no
extension).
"""

from __future__ import annotations

import unicodedata


def _table() -> dict[str, str]:
    """Letters of Latin-1 and Latin Extended-A to the plain letter they are written with."""
    pairs = {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "’": "'", "‘": "'"}
    for code in range(0xC0, 0x180):
        parts = unicodedata.normalize("NFD", chr(code))
        plain, marks = parts[0], parts[1:]
        if marks and plain.isascii() and all(map(unicodedata.combining, marks)):
            pairs[chr(code)] = plain
    return pairs


_PLAIN = _table()
FOLD_FROM, FOLD_TO = "".join(_PLAIN), "".join(_PLAIN.values())
_TRANSLATION = str.maketrans(_PLAIN)


def composed(text: str) -> str:
    """Letter and accent as one character, the form that the table knows and the register stores."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` without accents and with straight apostrophes."""
    return composed(text).translate(_TRANSLATION)
