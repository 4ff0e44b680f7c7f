from portal.pagecache.tables import hide, show

# « Souvent cherché » of the home page, written anew four times a day.
show("search.FrequentSearch")
hide("search.IndexChange", why="the queue of the index")
hide("search.SearchEntry", why="the journal of searches, whose pages are not kept")
