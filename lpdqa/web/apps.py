from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lpdqa.web"

    def ready(self) -> None:
        from lpdqa import lookups

        lookups.register()
