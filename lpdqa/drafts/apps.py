from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "lpdqa.drafts"
    label = "drafts"
    verbose_name = "What people are writing"
