"""Working days in England."""

import datetime as dt

import pytest

from lpdqa.working_days import add_working_days, is_working_day


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (dt.date(2026, 11, 23), True),  # a Monday
        (dt.date(2026, 11, 28), False),  # a Saturday
        (dt.date(2026, 12, 25), False),
        (dt.date(2026, 12, 28), False),  # Boxing Day is a Saturday: the Monday is free instead
        (dt.date(2026, 8, 31), False),  # the summer bank holiday of England
        (dt.date(2026, 8, 3), True),  # that of Scotland
    ],
)
def test_weekends_and_bank_holidays_of_england_are_free(day, working):
    assert is_working_day(day) is working


def test_the_first_day_does_not_count_and_free_days_are_passed_over():
    assert add_working_days(dt.date(2026, 11, 23), 10) == dt.date(2026, 12, 7)
    # From Christmas Eve: 29, 30, 31 December; 4 January.
    assert add_working_days(dt.date(2026, 12, 24), 4) == dt.date(2027, 1, 4)
    with pytest.raises(ValueError, match="from 1"):
        add_working_days(dt.date(2026, 12, 24), 0)
