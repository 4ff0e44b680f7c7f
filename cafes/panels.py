"""Parts of the form of a session that some formats use and others do not."""

from __future__ import annotations

from wagtail.admin.panels import MultiFieldPanel


class FormatPanel(MultiFieldPanel):
    """Open where the page's format uses it, folded elsewhere.

    Folded and not left out: what is missing from a form is saved empty, and a format that is changed twice
    would have lost its run sheet.
    """

    def __init__(self, children=(), *args, formats=(), **kwargs):
        super().__init__(children, *args, **kwargs)
        self.formats = tuple(formats)

    def clone_kwargs(self):
        return {**super().clone_kwargs(), "formats": self.formats}

    class BoundPanel(MultiFieldPanel.BoundPanel):
        @property
        def classname(self):
            is_used = self.instance.format in self.panel.formats
            return self.panel.classname if is_used else f"{self.panel.classname} collapsed".strip()

        def classes(self):
            # Wagtail draws a panel with these, and fills them from the panel that is not bound.
            return [*super().classes(), "collapsed"] if "collapsed" in self.classname else super().classes()
