"""What the editing screen of a fiche says beside its fields."""

from __future__ import annotations

from wagtail.admin.panels import Panel

from portal.registrations.models import Takeaway


class OriginPanel(Panel):
    """What the session left that the fiche came out of, and what was tried since; nothing where there is none."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "ressources/admin/origin_panel.html"

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.takeaways = (
                list(Takeaway.objects.filter(fiche_id=self.instance.pk).select_related("event"))
                if self.instance and self.instance.pk
                else []
            )

        def is_shown(self):
            return bool(self.takeaways)

        def get_context_data(self, parent_context=None):
            return {**super().get_context_data(parent_context), "takeaways": self.takeaways}
