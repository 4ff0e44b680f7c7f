from portal.pagecache.tables import hide, show

hide(
    "members.AccessRequest",
    "members.Profile",
    "members.RosterEntry",
    "members.User",
    why="people show on no anonymous page: authors and speakers are texts of the page",
)
hide(
    "account.EmailAddress",
    "account.EmailConfirmation",
    "mfa.Authenticator",
    "sessions.Session",
    "socialaccount.SocialAccount",
    "socialaccount.SocialToken",
    "usersessions.UserSession",
    why="how people sign in",
)
show("auth.Group", "auth.Permission", "socialaccount.SocialApp")
