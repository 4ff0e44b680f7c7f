"""Sessions between peers as the search sees them. What is brought to them is never indexed."""

from portal.registrations.models import EventState, Takeaway
from portal.registrations.rules import rule_of
from portal.registrations.takeaways import indexed_texts
from search.documents import Document
from search.pages import FILED_RELATIONS, centre_slug, depends_on_lists, page_fields, plain, with_centre
from search.registry import Label, depends, register

from .models import CafePage


def cafe_document(page: CafePage) -> Document:
    """A session: what was announced and, afterwards, what is kept of it, as far as its rule lets it be found."""
    return Document(
        **page_fields(page, kind="cafe", dated=page.start),
        type=page.format,
        body=plain(
            page.about,
            page.how,
            page.for_whom,
            page.takeaways if rule_of(page).indexes_takeaways else "",
            *indexed_texts(page),
            page.speakers,
            page.place,
        ),
        centre=centre_slug(page),
        starts_at=page.start,
        ends_at=page.end,
        cancelled=page.is_cancelled,
    )


register(
    CafePage,
    kind="cafe",
    label="Café difficultés",
    plural="Cafés difficultés",
    icon="cafe",
    document=cafe_document,
    queryset=lambda: with_centre(CafePage.objects.live().select_related("state")).prefetch_related(
        *FILED_RELATIONS, "takeaway_notes"
    ),
    types={
        "cafe": Label("Café difficultés", "Cafés difficultés", "cafe"),
        "codeveloppement": Label("Codéveloppement", "Codéveloppement", "people"),
        "analyse-de-pratiques": Label("Analyse de pratiques", "Analyse de pratiques", "people"),
        "formation": Label("Formation", "Formations", "people"),
        "seminaire": Label("Séminaire", "Séminaires", "people"),
    },
)
depends_on_lists(CafePage, kind="cafe")
depends(EventState, kind="cafe", pks=lambda state: [state.event_id])
depends(Takeaway, kind="cafe", pks=lambda takeaway: [takeaway.event_id])
