from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lpdqa.accounts"
    label = "accounts"
    verbose_name = "People"
