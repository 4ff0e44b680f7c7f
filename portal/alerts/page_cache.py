from portal.pagecache.tables import hide

hide("alerts.SavedSearch", "alerts.ToldDocument", why="a person's own searches, and what she was told")
