from portal.pagecache.tables import hide, show

show(
    "themes.Departement",
    "themes.Expansion",
    "themes.Phase",
    "themes.Region",
    "themes.Secteur",
    "themes.Terme",
    "themes.Theme",
    "themes.TypeStructure",
)
hide("themes.SynonymSet", why="for the search, whose pages are not kept")
