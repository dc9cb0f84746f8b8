"""What a provider has left open, as questions to ask it."""

from __future__ import annotations

from programmes.choices import EntryKind, EntryStatus, FundingModel
from programmes.queries.compare_cells import Subject
from programmes.queries.cost import full_cost


def open_questions(subject: Subject) -> list[str]:
    """Questions that follow from missing facts, the weightiest first."""
    return [*_standing(subject), *_BY_KIND[EntryKind(subject.entry.kind)](subject)]


def _standing(subject: Subject) -> list[str]:
    status = subject.entry.status
    if status == EntryStatus.ALERT:
        return ["Your rating is suspended. What happened, and what have you done about it?"]
    if status == EntryStatus.LAPSED:
        return ["Your rating has not been renewed. What has changed since it was made?"]
    if not subject.rated:
        return ["Nobody has reviewed this here. Which evidence of its quality can you show us?"]
    return []


def _programme(subject: Subject) -> list[str]:
    entry, version = subject.entry, subject.version
    asked = []
    if subject.price is None and entry.funding_model != FundingModel.FREE:
        asked.append(
            "What does it cost us in full for each participant: fee, VAT, materials, travel and days of cover?"
        )
    elif subject.price is not None and (unstated := full_cost(subject.price, 1).unstated):
        asked.append(f"What should we allow for {_and(unstated)}?")
    if entry.next_start is None:
        asked.append("When does it start next, and how many places are left?")
    elif entry.places_left is None:
        asked.append("How many places are left?")
    if entry.hours is None:
        asked.append("How many hours does it take each participant, and over how many weeks?")
    if entry.evaluation_level in ("", "1", "2", "3"):
        asked.append(
            "How do you find out what participants do differently afterwards, and what that does for pupils?"
        )
    if version and not version.deliverers:
        asked.append("Who will work with us, and what have they led themselves?")
    if version and not version.does_not_suit:
        asked.append("For which schools is this not the right choice?")
    return asked


def _leader(subject: Subject) -> list[str]:
    leader = subject.leader
    asked = []
    if leader and leader.day_rate is None:
        asked.append("What does a day cost, with brokerage, VAT and travel?")
    if leader and not leader.suits:
        asked.append("In which schools has your help worked, and where not?")
    asked.append("When could you come, and for how many days?")
    return asked


def _provider(subject: Subject) -> list[str]:
    provider = subject.entry.provider
    asked = []
    if not provider.governance_body:
        asked.append("Who oversees the quality of what you offer?")
    if not provider.accountable_lead:
        asked.append("Who answers for it by name?")
    if not provider.client_voice:
        asked.append("How do schools you work with take part in overseeing it?")
    return asked


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


_BY_KIND = {EntryKind.PROGRAMME: _programme, EntryKind.SLE: _leader, EntryKind.PROVIDER: _provider}
