"""« Les situations que j’ai apportées », in a person's own space."""

from portal.members.espace import register_panel

from .takeaways import brought_by_me

register_panel(
    name="situations", order=11, template="registrations/espace_takeaways.html", context=brought_by_me
)
