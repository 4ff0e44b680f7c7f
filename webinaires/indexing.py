"""Webinars and replays as the search sees them: a replay answers with the minute."""

from portal.registrations.models import EventState, Takeaway
from portal.registrations.rules import rule_of
from portal.registrations.takeaways import indexed_texts
from search.documents import Document, Passage
from search.pages import FILED_RELATIONS, centre_slug, depends_on_lists, page_fields, plain, with_centre
from search.registry import Label, depends, register

from .captions import turns_by_chapter
from .models import WebinairePage


def webinar_document(page: WebinairePage) -> Document:
    """A webinar; its transcript becomes passages that open at their second."""
    passages = []
    # What readers are not shown is not to be found either: before the webinar, or once it is cancelled.
    shown = turns_by_chapter(page.chapters(), page.cues()) if page.shows_replay else []
    for chapter, turns in shown:
        for turn in turns:
            passages.append(
                Passage(
                    text=" ".join(cue.text for cue in turn.cues),
                    start=f"{turn.start:.0f}",
                    end=f"{turn.cues[-1].end:.0f}",
                    anchor=f"t-{int(turn.start)}",
                    label=chapter.title if chapter else "",
                )
            )
    fields = page_fields(page, kind="webinaire", dated=page.start)
    if page.shows_replay and fields["published_at"]:
        # A replay comes out when the webinar is over, however early that was announced.
        fields["published_at"] = max(fields["published_at"], page.end)
    return Document(
        **fields,
        type=page.kind,
        body=plain(
            page.programme,
            page.for_whom,
            page.essential if page.shows_replay and rule_of(page).indexes_takeaways else "",
            *indexed_texts(page),
            page.speakers,
        ),
        passages=tuple(passages),
        centre=centre_slug(page),
        starts_at=page.start,
        ends_at=page.end,
        cancelled=page.is_cancelled,
    )


register(
    WebinairePage,
    kind="webinaire",
    label="Webinaire",
    plural="Webinaires",
    icon="play",
    document=webinar_document,
    queryset=lambda: (
        with_centre(WebinairePage.objects.live())
        .select_related("state")
        .prefetch_related(*FILED_RELATIONS, "takeaway_notes")
    ),
    # As the page: the slides come with the replay.
    hidden_files=lambda page: () if page.shows_replay else (page.slides_id,),
    types={
        "webinaire": Label("Webinaire", "Webinaires", "play"),
        "replay": Label("Replay", "Replays", "play"),
    },
)
depends_on_lists(WebinairePage, kind="webinaire")
depends(EventState, kind="webinaire", pks=lambda state: [state.event_id])
depends(Takeaway, kind="webinaire", pks=lambda takeaway: [takeaway.event_id])
