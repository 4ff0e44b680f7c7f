"""A form whose free text is looked through before it is sent: the writer is warned once, and decides."""

from __future__ import annotations

from django import forms

from .traces import traces_in

SEND_ANYWAY = "send_anyway"


class TracedForm(forms.Form):
    """Warns about what ``traces_in`` finds in the fields named by ``traced``.

    A subclass calls ``ask_about_traces()`` at the end of its ``__init__``, once it has dropped the fields that
    it does not ask for. The box « envoyer quand même » comes with the warning, and not before.
    """

    traced: tuple[str, ...] = ()
    send_anyway_label = "J’ai relu mon texte\u00a0: envoyer quand même"

    def ask_about_traces(self) -> None:
        """Look for traces in what was typed; where there are some, put the box after the last traced field."""
        asked = [name for name in self.traced if name in self.fields]
        self._traces = {name: traces for name in asked if (traces := traces_in(self._typed(name)))}
        if not self._traces:
            return
        box = forms.BooleanField(
            label=self.send_anyway_label,
            required=False,
            help_text="Cochez si ce qui a été repéré ne permet de reconnaître personne.",
        )
        order = []
        for name in self.fields:
            order.append(name)
            if name == asked[-1]:
                order.append(SEND_ANYWAY)
        self.fields[SEND_ANYWAY] = box
        self.order_fields(order)

    def _typed(self, name: str) -> str:
        return self.data.get(self.add_prefix(name), "")

    def clean(self):
        data = super().clean()
        if not data.get(SEND_ANYWAY):
            for name, traces in self._traces.items():
                found = " et ".join(traces)
                self.add_error(
                    name,
                    f"Votre texte semble contenir {found}. "
                    "Retirez-le, ou cochez «\u00a0envoyer quand même\u00a0».",
                )
        return data
