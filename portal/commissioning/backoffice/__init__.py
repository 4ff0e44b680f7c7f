"""« Fiches à écrire » in Wagtail's admin: the board, one fiche, where they come from, what one role reads."""
