"""Letters that a running register would have sent."""

from __future__ import annotations

import re

from tests.support.stack import Live, wait_for

# What Django's file backend writes after each letter. Its files are named by second and the backend's place in memory,
# so that letters of one second can share a file.
END_OF_LETTER = f"\n{'-' * 79}\n"


def link_in_letter(register: Live, email: str, path: str) -> str:
    """The link in the newest letter to this address whose path begins so; waits for the letter."""
    found: list[str] = []

    def arrived() -> bool:
        for file in sorted(register.mail.glob("*"), key=lambda one: one.stat().st_mtime):
            for text in file.read_text().split(END_OF_LETTER):
                if email in text and (link := re.search(rf"http://[^\s/]+({re.escape(path)}[^\s>]*)", text)):
                    found.append(link[1])
        return bool(found)

    wait_for(f"a letter to {email} with a link to {path}", arrived, 30)
    return found[-1]
