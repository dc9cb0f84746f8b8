"""What can be wrong with scores that statistics are asked of. Each error is one line that names the item."""

from collections.abc import Sequence


class ScoresError(ValueError):
    """The scores can't be worked with. The text is one line, fit for a person; `item` is what it is about."""

    def __init__(self, text: str, item: object = None) -> None:
        super().__init__(text)
        self.item = item


class FileProblem(ScoresError):
    """A file that can't be read as scores: `item` is its name, the missing column or the line number."""


class NoScores(ScoresError):
    """There is not one score."""


class OneRater(ScoresError):
    """All scores are by one person: `item` is who."""


class NothingShared(ScoresError):
    """There are several raters, but no unit that two of them scored."""


class DuplicateScore(ScoresError):
    """The same rater scored the same thing twice: `item` is the tuple of labels."""


class BadScore(ScoresError):
    """A score that is no number, not a whole one, or outside the scale: `item` is where."""


class TooManyLevels(ScoresError):
    """More different scores than a rating scale has: `item` is how many."""


class AllExtreme(ScoresError):
    """After taking out what has only lowest or only highest scores, nothing is left to estimate from."""


class Disconnected(ScoresError):
    """Parts of the design share nothing, so their measures can't be compared: `subsets` lists their elements."""

    def __init__(self, text: str, facet: str, subsets: Sequence[Sequence[str]]) -> None:
        super().__init__(text, facet)
        self.subsets = [list(subset) for subset in subsets]


class NotConverged(ScoresError):
    """The estimation came to no end: `item` is the element that still moved most, `place` its number among all."""

    def __init__(self, text: str, item: object = None, place: int | None = None) -> None:
        super().__init__(text, item)
        self.place = place
