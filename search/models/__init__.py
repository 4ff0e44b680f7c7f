"""What the search keeps: changes on their way to the index, and what was searched."""

from .journal import SearchEntry
from .outbox import IndexChange, Target

__all__ = ["IndexChange", "SearchEntry", "Target"]
