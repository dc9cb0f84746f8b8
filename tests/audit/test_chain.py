"""The chain over the trail: what was written holds, and what somebody did to it past all guards is named."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction

from lpdqa.accounts.models import User
from lpdqa.audit import chain
from lpdqa.audit.models import Entry, Seal
from lpdqa.audit.services import Line, act, act_on_many
from lpdqa.bulk import without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries():
    """Seven linked entries, four of them written in bulk."""
    for number in range(3):
        with act("thing.do", by=None, reason=f"Because {number}", detail={"n": number, "x": [1.50, None]}):
            pass
    act_on_many(
        "thing.many", by=None, target=User, lines=[Line(pk, f"Row {pk}", reason="In bulk") for pk in range(4)]
    )
    assert chain.seal_entries() == 7
    return list(Entry.objects.order_by("id"))


def past_the_guards(sql, *values):
    """What somebody with all rights on the database could do."""
    with without_triggers(Entry, Seal), connection.cursor() as cursor:
        cursor.execute(sql, values)


def broken():
    found = chain.verify().broken
    assert found
    return found.entry_id, found.problem


def test_what_was_written_holds_and_goes_on(entries):
    found = chain.verify()
    assert (found.checked, found.waiting, found.broken) == (7, 0, None)
    with act("thing.do", by=None):
        pass
    assert chain.verify().waiting == 1
    assert chain.seal_entries() == 1
    assert chain.seal_entries() == 0
    assert (chain.verify().checked, chain.verify().broken) == (8, None)


def test_a_changed_entry_is_named(entries):
    past_the_guards("UPDATE audit_entry SET reason = 'Another' WHERE id = %s", entries[4].pk)
    assert broken() == (entries[4].pk, "The entry was changed.")
    with pytest.raises(CommandError, match=f"Entry {entries[4].pk} .*changed"):
        call_command("verify_audit", stdout=StringIO())


def test_the_first_of_several_is_named(entries):
    past_the_guards("DELETE FROM audit_entry WHERE id = %s", entries[5].pk)
    past_the_guards("UPDATE audit_entry SET detail = '{}' WHERE id = %s", entries[1].pk)
    assert broken() == (entries[1].pk, "The entry was changed.")


def test_a_deleted_entry_is_named_also_with_its_link(entries):
    past_the_guards("DELETE FROM audit_entry WHERE id = %s", entries[2].pk)
    assert broken() == (entries[2].pk, "The entry was deleted.")
    past_the_guards("DELETE FROM audit_seal WHERE entry_id = %s", entries[2].pk)
    assert broken() == (entries[3].pk, "A link before it was removed.")


def test_a_link_made_to_fit_a_changed_entry_is_named(entries):
    past_the_guards("UPDATE audit_entry SET reason = 'Another' WHERE id = %s", entries[3].pk)
    past_the_guards(
        f"UPDATE audit_seal SET digest = (SELECT {chain._DIGEST} FROM audit_entry e WHERE e.id = entry_id) "  # noqa: S608
        "WHERE entry_id = %s",
        entries[3].pk,
    )
    assert broken() == (entries[3].pk, "The link was changed.")


def test_an_entry_put_in_with_a_date_in_the_past_is_named_before_and_after_it_is_linked(entries):
    past_the_guards(
        "INSERT INTO audit_entry (at, action, target_type, label, from_state, to_state, reason, detail) "
        "VALUES (now() - interval '3 days', 'thing.do', '', '', '', '', '', '{}')"
    )
    slipped = Entry.objects.order_by("-id").first()
    assert broken() == (slipped.pk, "The entry was added with a date in the past.")
    chain.seal_entries()
    assert broken() == (slipped.pk, "The entry was added with a date in the past.")


def test_an_end_cut_off_or_a_rewritten_chain_is_found_by_a_head_noted_before(entries):
    noted = chain.head()
    assert chain.verify(known=noted).broken is None
    past_the_guards("DELETE FROM audit_entry WHERE id = %s", entries[6].pk)
    past_the_guards("DELETE FROM audit_seal WHERE entry_id = %s", entries[6].pk)
    assert chain.verify().broken is None
    with pytest.raises(CommandError, match="The head that was noted is not in the chain"):
        call_command("verify_audit", head=f"{noted.number}:{noted.hash}", stdout=StringIO())


def test_an_entry_whose_transaction_ends_late_is_linked_late(entries):
    """Its key is lower than that of linked ones; the nightly job looks at every key."""
    gap = Entry.objects.create(pk=entries[-1].pk + 40_000, action="thing.far")
    assert chain.seal_entries() == 1
    late = Entry.objects.create(pk=entries[-1].pk + 1, action="thing.late")
    assert chain.seal_entries() == 0
    assert chain.seal_entries(look_back=None) == 1
    assert list(Seal.objects.order_by("number").values_list("entry_id", flat=True))[-2:] == [gap.pk, late.pk]
    assert chain.verify().broken is None


def test_blocks_meet_without_a_gap(entries, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 3)
    assert chain.verify().broken is None
    past_the_guards("UPDATE audit_entry SET label = 'x' WHERE id = %s", entries[3].pk)
    assert broken() == (entries[3].pk, "The entry was changed.")


def test_links_can_not_be_changed_without_getting_past_the_guards(entries):
    for sql in ("UPDATE audit_seal SET number = 99", "DELETE FROM audit_seal", "TRUNCATE audit_seal"):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_command_prints_the_head_and_refuses_a_malformed_one(entries):
    out = StringIO()
    call_command("verify_audit", seal=True, stdout=out)
    assert "7 entries are as they were written; 0 wait" in out.getvalue()
    assert f"Head: 7:{bytes(Seal.objects.get(number=7).hash).hex()}" in out.getvalue()
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_audit", head="seven", stdout=out)
