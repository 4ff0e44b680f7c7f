from portal.pagecache.tables import hide, show

show("accessibility.PlanPage", "accessibility.StatementPage")
hide("accessibility.ObstacleReport", why="read and answered in the admin")
