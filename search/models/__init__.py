"""What the search keeps: changes on their way to the index, and what was searched."""

from .journal import ENOUGH_DAYS, SearchEntry
from .outbox import IndexChange, Target

__all__ = ["ENOUGH_DAYS", "IndexChange", "SearchEntry", "Target"]
