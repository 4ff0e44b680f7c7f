from portal.pagecache.tables import show

show("cafes.CafeIndexPage", "cafes.CafePage", "cafes.RunSheetStep")
