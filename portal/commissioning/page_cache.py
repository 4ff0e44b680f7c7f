from portal.pagecache.tables import hide

hide(
    "commissioning.GapReport",
    "commissioning.Need",
    "commissioning.NeedChange",
    "commissioning.Watch",
    why="fiches to write are for members; what reports a gap has a form and is not kept",
)
