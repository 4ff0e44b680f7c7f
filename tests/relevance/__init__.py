"""How relevant the search is: judged queries over the demonstration content."""
