from portal.pagecache.tables import hide

hide("notifications.OutgoingMessage", "notifications.Preference", why="mail")
