from portal.pagecache.tables import show

show("webinaires.WebinaireIndexPage", "webinaires.WebinairePage")
