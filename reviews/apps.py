from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from programmes.services import programmes
        from providers.services import leaders
        from reviews.rules import edit_refusal, leader_edit_refusal

        # What is with the assessors stays as it was submitted.
        programmes.edit_guards.append(edit_refusal)
        leaders.edit_guards.append(leader_edit_refusal)
