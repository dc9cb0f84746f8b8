"""What the inputs of a rating give under another framework version: for simulation, never for publication.

Scores were given for the criteria of one version. Under another one a criterion has scores if it comes from exactly
one criterion of the old version, and that one was asked of the subject type. Every other criterion is left out, as if
the newer version didn't ask it: it counts in no sum and no gate. A criterion that became several gives its scores to
each of them; one that became none is not used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reviews.rating.inputs import RatingInputs, months_between
from reviews.rating.scheme import SUBJECT_TYPES, Scheme

Sources = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Carried:
    """A newer scheme as far as ratings under an older one have scores for it.

    left_out  (code, subject types) of criteria that are asked of these types and have no scores
    """

    scheme: Scheme
    sources: dict[str, str]
    left_out: tuple[tuple[str, tuple[str, ...]], ...]

    def inputs(self, given: RatingInputs, on: date) -> RatingInputs:
        """The inputs of one rating under the newer version, with the months since its decision as of `on`."""
        scores = {
            criterion.code: given.scores[self.sources[criterion.code]]
            for criterion in self.scheme.applicable(given.subject_type)
            if self.sources[criterion.code] in given.scores
        }
        months = months_between(given.decided_on, on) if given.decided_on else given.months_since_decision
        return replace(given, scores=scores, months_since_decision=months)


def carry(old: Scheme, new: Scheme, sources: Sources) -> Carried:
    """How ratings under `old` can be worked out under `new`; `sources` names for codes of `new` those of `old`."""
    asked = {criterion.code: criterion.applies_to for criterion in old.criteria}
    single = {code: codes[0] for code, codes in sources.items() if len(codes) == 1 and codes[0] in asked}
    criteria, left_out = [], []
    for criterion in new.criteria:
        scored = asked[single[criterion.code]] if criterion.code in single else frozenset()
        unscored = tuple(kind for kind in SUBJECT_TYPES if kind in criterion.applies_to - scored)
        if unscored:
            left_out.append((criterion.code, unscored))
        criteria.append(
            replace(
                criterion,
                applies_to=criterion.applies_to & scored,
                essential_for=criterion.essential_for & scored,
            )
        )
    return Carried(replace(new, criteria=tuple(criteria)), single, tuple(left_out))
