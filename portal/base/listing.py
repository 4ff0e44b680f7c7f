"""A page that lists others, with pagination that takes any input without an error."""

from django.core.paginator import Paginator

from .models import BasePage

PER_PAGE = 12


def paginate(items, request, *, per_page: int = PER_PAGE):
    """Return the page of ``items`` asked for by ``?page=``; nonsense gives the first page, too far the last."""
    return Paginator(items, per_page).get_page(str(request.GET.get("page", "1"))[:6])


class ListingPage(BasePage):
    """Abstract: an index page.

    A subclass defines ``get_items(request)``: the queryset to list, already limited to what may be read.
    """

    kept_parameters = ("page", "periode", "type")

    class Meta:
        abstract = True

    content_panels = [*BasePage.content_panels, "summary"]

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["items"] = paginate(self.get_items(request), request)
        return context
