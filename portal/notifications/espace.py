"""Mail preferences, in a person's own space."""

from portal.members.espace import register_panel

from .forms import PreferencesForm


def preferences_panel(request) -> dict:
    """The form of the person's choices."""
    return {"form": PreferencesForm(user=request.user)}


register_panel(
    name="courriels", order=80, template="notifications/espace_panel.html", context=preferences_panel
)
