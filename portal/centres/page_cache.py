from portal.pagecache.tables import show

show("centres.CentreIndexPage", "centres.CentrePage")
