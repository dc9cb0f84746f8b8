"""What the organisations app tells the apps above it, which it can't import.

A service sends the event at the end of its `act(...)` block, inside the transaction, so that whoever listens
(the catalogue) changes with it or not at all:

    provider_changed.send(Provider, provider=provider)
    leader_changed.send(SpecialistLeader, leader=leader)
    name_withdrawn.send(SpecialistLeader, leader=leader)             # after leader_changed
    providers_loaded.send(Provider, providers=[…primary keys…])      # after a bulk load
"""

from django.dispatch import Signal

provider_changed = Signal()
leader_changed = Signal()
name_withdrawn = Signal()
providers_loaded = Signal()
