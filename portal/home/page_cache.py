from portal.pagecache.holes import Filling, register_filling
from portal.pagecache.tables import show
from portal.registrations.kept_seats import render_ticket

show(
    "home.AgendaPage",
    "home.GlossairePage",
    "home.HomePage",
    "home.PhasePage",
    "home.StandardPage",
    "home.ThemeIndexPage",
    "home.ThemePage",
)


def ticket(key, arguments, plan, value, now) -> str:
    """The stub of the next café on the home page."""
    return render_ticket("home/ticket_call.html", key, plan, value, now)


register_filling(Filling("home.ticket", "registrations.seats", ticket))
