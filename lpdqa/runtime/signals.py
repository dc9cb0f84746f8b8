"""What happens to a process of the register, for apps that have something to prepare."""

from django.dispatch import Signal

web_process_started = Signal()
"""A process that answers requests was started (forked from the one that read the application)."""
