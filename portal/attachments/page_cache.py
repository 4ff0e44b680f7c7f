from portal.pagecache.tables import hide

hide("attachments.FileText", "attachments.FileUse", why="the texts of files, for the search")
