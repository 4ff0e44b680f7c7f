"""The board itself: state by state, theme by theme, with what stands behind each fiche to write."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from portal.base.listing import paginate
from portal.commissioning.coverage import pages_by_theme
from portal.commissioning.models import Need
from portal.commissioning.permissions import centres_of, may_keep, may_see_board, may_see_rare
from portal.themes.models import Theme

PER_PAGE = 40
TABS = (
    (Need.State.OPEN, "À prendre"),
    (Need.State.TAKEN, "Prises"),
    (Need.State.PUBLISHED, "Publiées"),
    (Need.State.SET_ASIDE, "Écartées"),
)
#: What is over is read the latest first; what is to be written, theme by theme.
OVER = (Need.State.PUBLISHED, Need.State.SET_ASIDE)


class BoardMixin(WagtailAdminTemplateMixin):
    """A page of the board, for who may read it; ``check`` says who."""

    header_icon = "clipboard-list"
    check = staticmethod(may_see_board)

    def dispatch(self, request, *args, **kwargs):
        if not self.check(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def trail(self) -> list[dict]:
        """The breadcrumbs between the board and this page."""
        return []

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("board:index"), "label": BoardView.page_title},
            *self.trail,
            {"url": "", "label": self.page_title},
        ]


class BoardView(BoardMixin, TemplateView):
    page_title = "Fiches à écrire"
    template_name = "commissioning/admin/board.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    @cached_property
    def header_buttons(self):
        buttons = []
        if may_keep(self.request.user):
            buttons += [
                HeaderButton("Proposer une fiche", url=reverse("board:add"), icon_name="plus"),
                HeaderButton("D’où viennent-elles\u00a0?", url=reverse("board:sources"), icon_name="search"),
            ]
        if may_see_rare(self.request.user):
            buttons.append(
                HeaderButton("Recherches rares", url=reverse("rare_searches:index"), icon_name="view")
            )
        return buttons

    @cached_property
    def state(self) -> Need.State:
        asked = self.request.GET.get("etat", "")
        return Need.State(asked) if asked in Need.State.values else Need.State.OPEN

    @cached_property
    def theme(self) -> Theme | None:
        slug = self.request.GET.get("theme", "").replace("\x00", "")
        return next((theme for theme in self.themes if theme.slug == slug), None)

    @cached_property
    def themes(self) -> list[Theme]:
        return list(Theme.objects.all())

    def get_context_data(self, **kwargs):
        needs = Need.objects.filter(themes=self.theme) if self.theme else Need.objects.all()
        counted = needs.order_by().values("state").annotate(number=Count("pk"))
        counts = dict(counted.values_list("state", "number"))
        lines = needs.filter(state=self.state).for_board()
        is_over = self.state in OVER
        lines = lines.order_by("-changed_at", "-pk") if is_over else lines.theme_by_theme()
        mine = [centre.pk for centre in centres_of(self.request.user)]
        ours = Need.objects.filter(state=Need.State.TAKEN, centre__in=mine).for_board().theme_by_theme()
        page = paginate(lines, self.request, per_page=PER_PAGE)
        fiches = pages_by_theme()
        for need in page:
            need.fiches = fiches.get(need.first_theme_id, 0)
        return super().get_context_data(
            tabs=[
                {"value": state.value, "label": label, "number": counts.get(state, 0)}
                for state, label in TABS
            ],
            state=self.state,
            is_over=is_over,
            theme=self.theme,
            themes=self.themes,
            page=page,
            ours=list(ours) if mine else [],
            may_keep=may_keep(self.request.user),
            may_claim=bool(mine),
            today=timezone.localdate(),
            **kwargs,
        )
