"""Who may do what with a programme: its provider's team, as with everything else of the provider's."""

from __future__ import annotations

import rules

from providers.rules import is_editor

rules.add_perm("programmes.edit_programme", is_editor)
