"""One machine: PostgreSQL and Valkey from wheels, a supervisor, health, backup and restore.

The server part (everything but the management commands, views and tasks) never reads Django's settings,
because it works out the addresses that the settings need.
"""
