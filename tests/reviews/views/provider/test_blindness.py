"""A provider can't tell from its pages who scores, what they score, or whether they disagree."""

import re

import time_machine
from django.urls import reverse

from reviews.services.decisions import draft_decision
from tests.reviews.views.provider.story import Story, signed_in, story

PAGES = ("submission_detail", "fact_check", "submission_report")


def shown(tale: Story) -> str:
    client = signed_in(tale.owner)
    pages = [client.get(reverse(name, args=[tale.submission.public_id]), follow=True) for name in PAGES]
    pages.append(client.get(reverse("submission_criterion", args=[tale.submission.public_id, "R2"])))
    pages.append(client.get(reverse("my_work")))
    html = "".join(page.content.decode() for page in pages)
    # Tokens, nonces and addresses differ from page to page and from submission to submission.
    html = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", html)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", html)


def test_agreement_and_disagreement_look_the_same_until_both_are_settled(db: None) -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        assessing = story("Same title", name="One provider").assessing()
        discordant = story("Same title", name="One provider").assessing()
    with time_machine.travel("2026-11-16 09:00", tick=False):
        discordant_page_source(discordant)
        assert discordant.submission.state == "adjudicating"
        assert anonymous(shown(discordant), discordant) == anonymous(shown(assessing), assessing)


def discordant_page_source(tale: Story) -> None:
    """Hand in the scores of an assessment that has begun, two apart on R2."""
    from reviews.queries.assessments import criteria_to_score
    from reviews.services.assessments import ScoreDraft, save_scores, submit_assessment

    for place, assessment in enumerate(tale.submission.assessments.all()):
        save_scores(
            assessment=assessment,
            by=assessment.assessor,
            scores=[
                ScoreDraft(c, value=1 if place and c.code == "R2" else 3, rationale="Seen.")
                for c in criteria_to_score(assessment)
            ],
        )
        submit_assessment(assessment=assessment, by=assessment.assessor)
    tale.submission.refresh_from_db()


def anonymous(html: str, tale: Story) -> str:
    return html.replace(tale.provider.slug, "provider").replace(tale.owner.name, "owner")


def test_no_page_names_an_assessor(tale: Story) -> None:
    tale.deciding()
    html = shown(tale)
    for assessor in tale.assessors:
        assert assessor.name not in html
        assert assessor.assessor_profile.pseudonym not in html


def test_a_drafted_decision_is_not_for_the_provider_yet(tale: Story) -> None:
    tale.deciding()
    draft_decision(
        submission=tale.submission,
        by=tale.administrators[0],
        strengths="A secret strength.",
        improvements="A secret improvement.",
    )
    client = signed_in(tale.owner)
    report = reverse("submission_report", args=[tale.submission.public_id])
    assert client.get(report).status_code == 404
    assert "secret" not in shown(tale)
    assert (
        report
        not in client.get(reverse("submission_detail", args=[tale.submission.public_id])).content.decode()
    )
