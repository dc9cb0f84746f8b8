from typing import Any

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "lpdqa.notices"
    label = "notices"
    verbose_name = "Notices"

    def ready(self) -> None:
        from lpdqa.mail import letter_written

        letter_written.connect(_keep_letter)


def _keep_letter(*, to: str, subject: str, body: str, **_: Any) -> None:
    """Every letter can be read in the account of whom it goes to, whoever sends it."""
    from lpdqa.notices.services import record_mail

    record_mail(to=to, subject=subject, body=body)
