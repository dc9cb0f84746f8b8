from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "lpdqa.runtime"
    label = "runtime"
    verbose_name = "Running the register"
