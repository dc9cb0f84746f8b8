"""The fictional programmes: a table of what differs; wording common to a kind is in `wording.py`.

Each row names the state its story ends in, and for rated ones the band the scores are chosen to give; the rating
itself is worked out by the worker like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

from programmes.choices import Audience as A
from programmes.choices import FundingModel as F
from programmes.choices import Mode as M
from programmes.choices import ProgrammeKind as K
from programmes.choices import Topic as T

EXEMPLARY, ASSURED, TOWARDS, NOT_YET = "exemplary", "quality_assured", "working_towards", "not_yet"


@dataclass(frozen=True)
class ExampleProgramme:
    """One row: `hours` a participant, spread over `weeks`; `price` in £ a participant; `band` where scored."""

    provider: str
    title: str
    kind: str
    audience: tuple[str, ...]
    topics: tuple[str, ...]
    mode: str
    hours: int
    weeks: int
    price: int
    funding: str
    state: str = "published"
    band: str = ASSURED


P = ExampleProgramme
PROGRAMMES: tuple[ExampleProgramme, ...] = (
    P("thornbeck", "First steps into middle leadership", K.COURSE, (A.ASPIRING_MIDDLE,), (T.TEACHING, T.PEOPLE), M.FACE_TO_FACE, 24, 20, 180, F.PER_PLACE),
    P("thornbeck", "Leading a department in a rural school", K.JPD, (A.MIDDLE,), (T.SUBJECT, T.CURRICULUM), M.IN_SCHOOL, 30, 36, 120, F.PER_PLACE, band=EXEMPLARY),
    P("thornbeck", "Late-career leaders as mentors", K.COACHING, (A.SENIOR, A.SYSTEM), (T.COACHING, T.PEOPLE), M.BLENDED, 18, 30, 90, F.PER_PLACE, band=TOWARDS),
    P("thornbeck", "Governors who ask good questions", K.COURSE, (A.GOVERNOR,), (T.GOVERNANCE,), M.ONLINE, 8, 8, 0, F.FREE, "draft"),
    P("larkmoor", "Aspiring senior leaders across thirteen schools", K.COURSE, (A.ASPIRING_SENIOR,), (T.STRATEGY, T.IMPLEMENTATION), M.FACE_TO_FACE, 42, 32, 420, F.PER_PLACE, band=EXEMPLARY),
    P("larkmoor", "Lesson study leaders", K.JPD, (A.MIDDLE, A.TEACHER), (T.TEACHING, T.PROFESSIONAL_DEVELOPMENT), M.IN_SCHOOL, 28, 36, 0, F.RECIPROCAL, band=EXEMPLARY),
    P("larkmoor", "Peer review of leadership and teaching", K.PEER_REVIEW, (A.HEAD, A.SENIOR), (T.GOVERNANCE, T.PARTNERSHIP), M.IN_SCHOOL, 20, 12, 600, F.RECIPROCAL),
    P("larkmoor", "Leading behaviour with consistency", K.COURSE, (A.SENIOR, A.MIDDLE), (T.BEHAVIOUR,), M.BLENDED, 20, 18, 290, F.PER_PLACE),
    P("larkmoor", "Preparing to support another school", K.SCHOOL_SUPPORT, (A.SYSTEM,), (T.PARTNERSHIP, T.COACHING), M.BLENDED, 24, 20, 350, F.PER_PLACE, "fact_check"),
    P("larkmoor", "Heads of mathematics network", K.NETWORK, (A.MIDDLE,), (T.MATHEMATICS, T.SUBJECT), M.FACE_TO_FACE, 15, 36, 60, F.SUBSCRIPTION, band=TOWARDS),
    P("larkmoor", "Literacy across the curriculum leaders", K.COURSE, (A.MIDDLE,), (T.LITERACY, T.CURRICULUM), M.BLENDED, 18, 16, 240, F.PER_PLACE, "adjudicating"),
    P("quillbridge", "New heads' first two years", K.COACHING, (A.NEW_HEAD,), (T.STRATEGY, T.PEOPLE), M.BLENDED, 40, 78, 950, F.PER_PLACE, band=EXEMPLARY),
    P("quillbridge", "Leading a small primary school", K.COURSE, (A.HEAD, A.NEW_HEAD), (T.FINANCE, T.CURRICULUM), M.BLENDED, 30, 36, 380, F.PER_PLACE),
    P("quillbridge", "School business leaders in partnership", K.NETWORK, (A.BUSINESS,), (T.FINANCE,), M.FACE_TO_FACE, 18, 40, 150, F.SUBSCRIPTION),
    P("quillbridge", "Aspiring heads' residential", K.RESIDENTIAL, (A.ASPIRING_HEAD,), (T.STRATEGY, T.GOVERNANCE), M.FACE_TO_FACE, 36, 24, 1100, F.PER_PLACE),
    P("quillbridge", "Leading SEND in mainstream schools", K.COURSE, (A.SENIOR, A.MIDDLE), (T.SEND,), M.BLENDED, 26, 24, 310, F.PER_PLACE, band=EXEMPLARY),
    P("quillbridge", "Executive leadership of two schools", K.COURSE, (A.EXECUTIVE,), (T.TRUST, T.STRATEGY), M.BLENDED, 48, 40, 1450, F.PER_PLACE, "appealed", TOWARDS),
    P("quillbridge", "Early years leaders together", K.JPD, (A.MIDDLE,), (T.EARLY_YEARS, T.LITERACY), M.IN_SCHOOL, 22, 30, 160, F.GRANT),
    P("quillbridge", "Implementation leads", K.COURSE, (A.SENIOR,), (T.IMPLEMENTATION,), M.ONLINE, 16, 14, 220, F.PER_PLACE, "deciding"),
    P("quillbridge", "Curriculum leaders' conference", K.CONFERENCE, (A.MIDDLE, A.SENIOR), (T.CURRICULUM,), M.FACE_TO_FACE, 6, 1, 145, F.PER_PLACE, "closed", NOT_YET),
    P("eastmarch", "Regional headship pipeline", K.COURSE, (A.ASPIRING_HEAD,), (T.STRATEGY, T.PARTNERSHIP), M.BLENDED, 60, 52, 750, F.GRANT),
    P("eastmarch", "Placement in a contrasting school", K.PLACEMENT, (A.ASPIRING_SENIOR, A.ASPIRING_HEAD), (T.PARTNERSHIP,), M.IN_SCHOOL, 40, 12, 0, F.GRANT),
    P("eastmarch", "Trust and authority leaders' action learning", K.NETWORK, (A.EXECUTIVE, A.CEO), (T.TRUST, T.GOVERNANCE), M.FACE_TO_FACE, 24, 40, 480, F.TOP_SLICE, "assessing"),
    P("eastmarch", "Coastal schools' leadership exchange", K.JPD, (A.SENIOR, A.HEAD), (T.DISADVANTAGE, T.PARTNERSHIP), M.IN_SCHOOL, 32, 36, 0, F.GRANT, band=TOWARDS),
    P("eastmarch", "Heads supporting heads", K.COACHING, (A.NEW_HEAD, A.HEAD), (T.COACHING, T.PEOPLE), M.BLENDED, 20, 36, 0, F.FREE),
    P("eastmarch", "Leading attendance together", K.PEER_REVIEW, (A.SENIOR,), (T.DISADVANTAGE, T.SAFEGUARDING), M.BLENDED, 16, 18, 95, F.GRANT, "submitted"),
    P("wexmoor-diocese", "Called to lead: aspiring church school heads", K.COURSE, (A.ASPIRING_HEAD,), (T.STRATEGY, T.PEOPLE), M.FACE_TO_FACE, 36, 30, 340, F.PER_PLACE),
    P("wexmoor-diocese", "Vision into practice for governors", K.COURSE, (A.GOVERNOR,), (T.GOVERNANCE, T.STRATEGY), M.ONLINE, 10, 10, 75, F.PER_PLACE, band=TOWARDS),
    P("wexmoor-diocese", "Small church schools network", K.NETWORK, (A.HEAD,), (T.CURRICULUM, T.PEOPLE), M.FACE_TO_FACE, 18, 36, 110, F.SUBSCRIPTION),
    P("wexmoor-diocese", "Well-being of school leaders", K.COACHING, (A.HEAD, A.NEW_HEAD), (T.PEOPLE,), M.BLENDED, 12, 24, 260, F.PER_PLACE, "withdrawn"),
    P("fennshire", "Moving to middle leadership", K.COURSE, (A.ASPIRING_MIDDLE, A.MIDDLE), (T.TEACHING, T.PEOPLE), M.FACE_TO_FACE, 24, 24, 0, F.SUBSCRIPTION),
    P("fennshire", "Subject leadership in primary schools", K.COURSE, (A.MIDDLE,), (T.SUBJECT, T.CURRICULUM), M.BLENDED, 18, 20, 0, F.SUBSCRIPTION),
    P("fennshire", "Leading disadvantage strategy", K.COURSE, (A.SENIOR,), (T.DISADVANTAGE, T.IMPLEMENTATION), M.BLENDED, 20, 24, 0, F.SUBSCRIPTION, band=EXEMPLARY),
    P("fennshire", "Safeguarding leadership", K.COURSE, (A.SENIOR, A.HEAD), (T.SAFEGUARDING,), M.ONLINE, 12, 8, 0, F.SUBSCRIPTION, "suspended"),
    P("fennshire", "Accredited schools open doors", K.SCHOOL_SUPPORT, (A.MIDDLE, A.SENIOR), (T.TEACHING, T.PARTNERSHIP), M.IN_SCHOOL, 14, 20, 0, F.SUBSCRIPTION),
    P("fennshire", "Leading mathematics in small schools", K.JPD, (A.MIDDLE,), (T.MATHEMATICS,), M.IN_SCHOOL, 20, 30, 0, F.SUBSCRIPTION, "amending", TOWARDS),
    P("fennshire", "Headteacher induction", K.COACHING, (A.NEW_HEAD,), (T.STRATEGY, T.FINANCE), M.BLENDED, 30, 52, 0, F.SUBSCRIPTION, "lapsed"),
    P("fennshire", "Subscription leadership briefings", K.CONFERENCE, (A.HEAD,), (T.STRATEGY,), M.ONLINE, 9, 36, 0, F.SUBSCRIPTION, "closed", NOT_YET),
    P("mereside", "Deputy heads' job swap", K.PLACEMENT, (A.SENIOR, A.ASPIRING_HEAD), (T.PARTNERSHIP, T.STRATEGY), M.IN_SCHOOL, 50, 12, 0, F.RECIPROCAL),
    P("mereside", "Heads of sixth form exchange", K.NETWORK, (A.MIDDLE,), (T.CURRICULUM, T.PEOPLE), M.FACE_TO_FACE, 15, 36, 0, F.RECIPROCAL, band=TOWARDS),
    P("mereside", "Shared leadership of science", K.JPD, (A.MIDDLE,), (T.SUBJECT, T.ASSESSMENT), M.IN_SCHOOL, 26, 36, 0, F.RECIPROCAL),
    P("mereside", "Leading assessment without overload", K.COURSE, (A.SENIOR, A.MIDDLE), (T.ASSESSMENT, T.PEOPLE), M.BLENDED, 14, 12, 0, F.RECIPROCAL, "returned"),
    P("brightlea", "Confident middle leaders", K.COURSE, (A.MIDDLE,), (T.PEOPLE, T.TEACHING), M.ONLINE, 16, 12, 395, F.PER_PLACE),
    P("brightlea", "Senior leadership accelerator", K.COURSE, (A.ASPIRING_SENIOR, A.SENIOR), (T.STRATEGY, T.IMPLEMENTATION), M.BLENDED, 30, 24, 1250, F.PER_PLACE),
    P("brightlea", "Executive coaching for heads", K.COACHING, (A.HEAD, A.EXECUTIVE), (T.COACHING, T.STRATEGY), M.ONLINE, 12, 26, 1800, F.DAY_RATE),
    P("brightlea", "Inspection-ready leadership", K.COURSE, (A.HEAD, A.SENIOR), (T.GOVERNANCE,), M.FACE_TO_FACE, 6, 1, 350, F.PER_PLACE, band=TOWARDS),
    P("brightlea", "Trust leaders' strategy residential", K.RESIDENTIAL, (A.CEO, A.EXECUTIVE), (T.TRUST, T.STRATEGY, T.FINANCE), M.FACE_TO_FACE, 28, 20, 2400, F.PER_PLACE),
    P("brightlea", "Leading people through change", K.COURSE, (A.SENIOR,), (T.IMPLEMENTATION, T.PEOPLE), M.BLENDED, 18, 12, 560, F.PER_PLACE, "assessing"),
    P("brightlea", "Coaching skills for leaders", K.COURSE, (A.MIDDLE, A.SENIOR), (T.COACHING,), M.ONLINE, 14, 10, 420, F.PER_PLACE, "superseded"),
    P("brightlea", "Chairs of governors' masterclass", K.CONFERENCE, (A.GOVERNOR,), (T.GOVERNANCE,), M.ONLINE, 5, 1, 125, F.PER_PLACE, "returned"),
    P("wexmoor-university", "Masters-level inquiry for senior leaders", K.COURSE, (A.SENIOR, A.HEAD), (T.IMPLEMENTATION, T.PROFESSIONAL_DEVELOPMENT), M.BLENDED, 120, 52, 2900, F.PER_PLACE, band=EXEMPLARY),
    P("wexmoor-university", "Leading research-informed practice", K.JPD, (A.MIDDLE, A.SENIOR), (T.PROFESSIONAL_DEVELOPMENT, T.TEACHING), M.BLENDED, 40, 40, 640, F.PER_PLACE),
    P("wexmoor-university", "Evaluating professional development", K.COURSE, (A.SENIOR, A.SYSTEM), (T.PROFESSIONAL_DEVELOPMENT, T.IMPLEMENTATION), M.ONLINE, 15, 10, 280, F.PER_PLACE),
    P("wexmoor-university", "Doctoral network for trust leaders", K.NETWORK, (A.CEO, A.EXECUTIVE), (T.TRUST,), M.FACE_TO_FACE, 30, 52, 900, F.SUBSCRIPTION, "submitted"),
    P("rowan-hill", "Growing leaders across eleven schools", K.COURSE, (A.MIDDLE, A.ASPIRING_SENIOR), (T.STRATEGY, T.TEACHING), M.BLENDED, 36, 36, 280, F.TOP_SLICE),
    P("rowan-hill", "Subject communities", K.NETWORK, (A.MIDDLE,), (T.SUBJECT, T.CURRICULUM), M.ONLINE, 18, 36, 0, F.TOP_SLICE),
    P("rowan-hill", "Trust improvement partners", K.SCHOOL_SUPPORT, (A.SYSTEM, A.HEAD), (T.PARTNERSHIP, T.TRUST), M.IN_SCHOOL, 24, 36, 700, F.DAY_RATE, "decided"),
    P("rowan-hill", "Operations leaders' academy", K.COURSE, (A.BUSINESS,), (T.FINANCE, T.PEOPLE), M.BLENDED, 28, 30, 360, F.PER_PLACE, "draft"),
    P("ida-fairlamb", "Coaching for heads of small schools", K.COACHING, (A.NEW_HEAD, A.HEAD), (T.COACHING, T.PEOPLE), M.BLENDED, 14, 36, 480, F.DAY_RATE),
    P("ida-fairlamb", "Thinking partner for executive heads", K.COACHING, (A.EXECUTIVE,), (T.STRATEGY,), M.ONLINE, 10, 30, 520, F.DAY_RATE, "draft"),
)  # fmt: skip
