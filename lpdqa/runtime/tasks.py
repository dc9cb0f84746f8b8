"""Signs of life of beat and of the worker, for /readyz.

Each is written by the process it speaks for, so a long queue does not make beat look dead and a stopped beat
does not make the worker look dead. The task itself only notes that a job got all the way through.
"""

import time

from celery import shared_task
from celery.signals import beat_init, before_task_publish, heartbeat_sent
from django.core.cache import cache

BEAT = "lpdqa:alive:beat"
WORKER = "lpdqa:alive:worker"
ROUND_TRIP = "lpdqa:alive:round-trip"
# Seconds between two signs of life of the worker (Celery's own heartbeat comes every two).
WORKER_EVERY = 5.0

_last_written = 0.0


# Without an expiry these would queue up while no worker runs.
@shared_task(name="lpdqa.runtime.tasks.heartbeat", expires=30, ignore_result=True)
def heartbeat() -> None:
    """Note that a job sent by beat got through to a worker."""
    cache.set(ROUND_TRIP, time.time(), timeout=None)


@beat_init.connect
@before_task_publish.connect(sender="lpdqa.runtime.tasks.heartbeat")
def beat_is_alive(**_: object) -> None:
    """Runs in beat: when it starts, and whenever it sends the heartbeat job (nothing else sends that)."""
    cache.set(BEAT, time.time(), timeout=None)


@heartbeat_sent.connect
def worker_is_alive(**_: object) -> None:
    """Runs in the worker's main process, from the same loop that hands out jobs."""
    global _last_written
    now = time.time()
    if now - _last_written >= WORKER_EVERY:
        cache.set(WORKER, now, timeout=None)
        _last_written = now
