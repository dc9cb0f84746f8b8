"""What gunicorn runs at its own events; its settings are in `programs`."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    """A process is ready to answer."""
    from lpdqa.runtime.signals import web_process_started

    web_process_started.send(sender=None)
