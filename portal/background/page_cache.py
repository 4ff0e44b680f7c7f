from portal.pagecache.tables import hide

hide("background.JobEntry", "background.JobRun", why="what the clock ran")
hide("django_tasks_database.DBTaskResult", why="Wagtail's tasks")
