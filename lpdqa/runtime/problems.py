"""The one error the runtime shows to people: a single line that says what is wrong and what to do."""


class Problem(Exception):
    """Something a person can put right; its text is one line and holds no secret."""
