"""Who assesses what, as an assignment problem on arrays: no Django, no words.

`solve(problem)` seats assessors so that the most files get both of theirs, oldest first, then fit and balance decide.
docs/decisions/allocation.md says what was chosen and why.
"""

from reviews.allocation.problem import SEATS, Problem, pair_limit
from reviews.allocation.result import Allocation, Gap, GapReason, Seat
from reviews.allocation.solver import solve

__all__ = ["SEATS", "Allocation", "Gap", "GapReason", "Problem", "Seat", "pair_limit", "solve"]
