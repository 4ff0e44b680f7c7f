"""« Inscriptions » in the admin."""
