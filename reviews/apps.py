from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from programmes.services import programmes
        from providers.events import name_withdrawn
        from providers.models import Membership, Relationship
        from providers.services import leaders
        from reviews.rules import edit_refusal, leader_edit_refusal

        # What is with the assessors stays as it was submitted.
        programmes.edit_guards.append(edit_refusal)
        leaders.edit_guards.append(leader_edit_refusal)
        # A new tie between organisations, or a place on a team, may be a conflict of somebody who is scoring.
        for model in (Membership, Relationship):
            post_save.connect(_look_for_conflicts, sender=model, dispatch_uid=f"conflicts {model.__name__}")
        # A name that is taken back leaves the open data at once, not with the next night's edition.
        name_withdrawn.connect(_renew_open_data, dispatch_uid="open data")


def _look_for_conflicts(**_: object) -> None:
    from reviews.services.conflicts import ask_for_recheck

    ask_for_recheck()


def _renew_open_data(**_: object) -> None:
    from django.conf import settings

    from reviews.services.open_data import renew_soon

    renew_soon(to=settings.OPEN_DATA_DIR)
