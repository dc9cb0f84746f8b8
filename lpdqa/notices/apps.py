from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "lpdqa.notices"
    label = "notices"
    verbose_name = "Notices"
