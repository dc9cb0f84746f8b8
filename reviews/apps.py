from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from programmes.services import programmes
        from providers.models import Membership, Relationship
        from providers.services import leaders
        from reviews.rules import edit_refusal, leader_edit_refusal

        # What is with the assessors stays as it was submitted.
        programmes.edit_guards.append(edit_refusal)
        leaders.edit_guards.append(leader_edit_refusal)
        # A new tie between organisations, or a place on a team, may be a conflict of somebody who is scoring.
        for model in (Membership, Relationship):
            post_save.connect(_look_for_conflicts, sender=model, dispatch_uid=f"conflicts {model.__name__}")


def _look_for_conflicts(**_: object) -> None:
    from reviews.services.conflicts import ask_for_recheck

    ask_for_recheck()
