"""The Celery application: tasks fetch by id and delegate to a service."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lpdqa.settings")

app = Celery("lpdqa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
