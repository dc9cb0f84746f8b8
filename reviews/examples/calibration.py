"""Ten marked examples for calibration, fictional every one, and the scores that the example assessors gave them."""

from __future__ import annotations

from typing import NamedTuple

from lpdqa.accounts.models import User
from reviews.models import FrameworkVersion
from reviews.services.calibration import save_example, score_example, start_attempt


class Marked(NamedTuple):
    """An example: criterion, title, evidence, agreed score and the panel's reason."""

    code: str
    title: str
    evidence: str
    agreed: int
    explanation: str


MARKED = (
    Marked("P1", "Aims of a course in Sallowmere",
           "From the flyer of the fictional Sallowmere Leadership Course: “Six days that will transform your leadership. Inspiring speakers, a wonderful venue, time to think.” The application form asks for name, school and dietary needs.",
           1, "Nothing says who should change what. “Transform” is promotion, and the form asks nothing about need."),
    Marked("P1", "Aims of a programme in Corrieford",
           "The fictional Corrieford Trust writes: “By July, heads of department in our nine secondary schools hold a weekly planning meeting with each teacher. We chose this because our survey of 64 teachers showed that 41 had not planned with anyone for a term. We expect fewer lessons without a model answer; pupils’ books are sampled in October and July.”",
           3, "Specific outcomes for a named role, traced from a diagnosed need to staff and pupils. It was not tested with users or revised on results, so it is not a 4."),
    Marked("G1", "Who answers for quality in Brindle Vale",
           "The fictional Brindle Vale Network names its director as responsible for quality. A steering group of three of its own officers met once last year and twice the year before. Minutes record attendance.",
           2, "An owner is named, but oversight is irregular and has no outside voice."),
    Marked("G2", "Interests and complaints in Fennick Partnership",
           "The fictional Fennick Partnership publishes a register of the interests of its board, reviewed every term. Two complaints in the year are listed with what was found and changed. A consultant who designed the programme declared it and left the group that chose the evaluator.",
           3, "Interests are managed and complaints lead somewhere. There is no outside audit and no published correction, which a 4 would need."),
    Marked("R1", "Design of a coaching course in Hollin Edge",
           "Day 1 of the fictional course explains a model of coaching; day 2 shows films of it. Participants write a reflection. There is no practice with feedback and nothing after day 2.",
           2, "It builds knowledge and some motivation: two of the four purposes. Rehearsal and follow-up are missing."),
    Marked("R1", "Design of a programme in Tarn Howe",
           "Each of five modules in the fictional Tarn Howe programme has a pre-task, a modelled example, rehearsal in threes with feedback, a task in school and a visit four weeks later. After the first cohort the visit was moved forward by two weeks, because logs showed that the task stalled in week three; the second cohort’s logs are compared with the first.",
           4, "All four purposes in sequence, and a mechanism refined from implementation data."),
    Marked("D1", "Sources of a course in Little Marren",
           "The reading list of the fictional course has one commercial book from 1998 on learning styles and a blog. Slides say “research shows” eleven times, without a source.",
           1, "No robust source, and an idea that has been discredited."),
    Marked("D3", "Evaluation of a network in Ashgarth",
           "The fictional Ashgarth Network sends a form after each meeting: 94% were satisfied, and 88% say they learned something they will use. Nobody is asked again later.",
           2, "Self-reported learning without follow-up. Satisfaction alone would be a 1."),
    Marked("D3", "Evaluation of a programme in Wether Cross",
           "Before the fictional programme and a year after it, two observers who did not know which was which rated 30 lessons in six schools that took part and six on the waiting list. Questioning improved in both groups and more in the first; attainment did not differ. The report says so in its summary.",
           4, "A comparison with blind observers, and a null result told in the summary."),
    Marked("V1", "Price of a residential in Scarth Nab",
           "The fictional web page says: “£640 per participant, VAT included, with two nights. Allow two days of cover (we reckon £220 a day) and £45 for travel; in all £1,125. Cancel without charge up to four weeks before.” The invoice of an earlier participant shows the same amounts.",
           3, "The full cost with time, cover, VAT and cancellation. It is not compared with others, and no bursary is offered."),
)  # fmt: skip


def make_examples(framework: FrameworkVersion, by: User) -> None:
    """Make the set, in the name of an administrator."""
    criteria = {criterion.code: criterion for criterion in framework.criteria.all()}
    for row in MARKED:
        save_example(
            framework=framework,
            criterion=criteria[row.code],
            title=row.title,
            evidence=row.evidence,
            agreed=row.agreed,
            explanation=row.explanation,
            by=by,
            is_example=True,
        )


def calibrate(framework: FrameworkVersion, assessor: User, number: int) -> None:
    """Let an assessor pass: at the agreed score but for two examples, which differ from person to person."""
    attempt = start_attempt(framework=framework, by=assessor)
    for place, answer in enumerate(attempt.answers.select_related("example__criterion")):
        agreed = answer.example.agreed
        away = place in (number % 10, (number + 4) % 10)
        value = agreed if not away else agreed + 1 if agreed < 4 else agreed - 1
        descriptor = str(answer.example.criterion.descriptors[str(value)])
        score_example(
            answer=answer, by=assessor, value=value, rationale=f"It matches level {value}: {descriptor}"
        )
