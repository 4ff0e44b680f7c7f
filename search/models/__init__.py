"""What the search keeps: changes on their way to the index, and what was searched."""

from .journal import ENOUGH_DAYS, FrequentSearch, SearchEntry
from .outbox import IndexChange, Target

__all__ = ["ENOUGH_DAYS", "FrequentSearch", "IndexChange", "SearchEntry", "Target"]
