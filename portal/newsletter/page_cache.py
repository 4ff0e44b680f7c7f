from portal.pagecache.tables import hide

hide(
    "newsletter.Delivery",
    "newsletter.Issue",
    "newsletter.Subscription",
    why="mailed; its page has a form and is not kept",
)
