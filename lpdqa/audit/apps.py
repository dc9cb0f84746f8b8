from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "lpdqa.audit"
    label = "audit"
    verbose_name = "Audit trail"
