from portal.pagecache.tables import show

# « Utilisée par 3 collègues » is content: it changes by a click of a member, rarely.
show(
    "ressources.DispositifPage",
    "ressources.FichePage",
    "ressources.FicheTool",
    "ressources.OutilPage",
    "ressources.RessourceIndexPage",
    "ressources.UrgencePage",
    "ressources.Usage",
)
