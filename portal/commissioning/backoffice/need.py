"""One fiche to write: what is known of it, and each thing that may be done, on a page of its own."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from portal.centres.models import CentrePage
from portal.commissioning import services, sources
from portal.commissioning.models import Need
from portal.commissioning.permissions import centres_of, may_follow, may_keep
from portal.themes.models import Theme

from . import forms
from .board import BoardMixin


class NeedMixin(BoardMixin):
    """A page about one need."""

    @cached_property
    def need(self) -> Need:
        return get_object_or_404(Need.objects.for_board(), pk=self.kwargs["pk"])

    @property
    def trail(self):
        return [{"url": reverse("board:need", args=[self.need.pk]), "label": self.need.question}]


class NeedView(NeedMixin, TemplateView):
    template_name = "commissioning/admin/need.html"
    page_title = "Une fiche à écrire"
    trail = []

    def get_context_data(self, **kwargs):
        user, need = self.request.user, self.need
        follows = may_follow(user, need)
        return super().get_context_data(
            need=need,
            changes=need.changes.select_related("by"),
            may_claim=need.state == Need.State.OPEN and bool(centres_of(user)),
            may_follow=follows and need.state == Need.State.TAKEN,
            may_keep=may_keep(user),
            may_link=need.is_to_write and (may_keep(user) or follows),
            may_open=need.page is not None and need.page.live and need.page.is_visible_to(user),
            today=timezone.localdate(),
            **kwargs,
        )


class ActionView(NeedMixin, FormView):
    """GET shows the form, POST asks the service; a refusal is one sentence, on the form or back on the need."""

    template_name = "commissioning/admin/form.html"
    intro = ""
    submit = ""
    done = ""
    is_danger = False

    def allowed(self) -> bool:
        return may_follow(self.request.user, self.need)

    def dispatch(self, request, *args, **kwargs):
        if self.check(request.user) and not self.allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            need=self.need,
            intro=self.intro,
            submit=self.submit,
            is_danger=self.is_danger,
            back=reverse("board:need", args=[self.need.pk]),
            **kwargs,
        )
        return context | {"media": context["form"].media}

    def act(self, form, *, by, now) -> None:
        raise NotImplementedError

    def form_valid(self, form):
        try:
            self.act(form, by=self.request.user, now=timezone.now())
        except services.DateGone as refusal:
            form.add_error("promised_on", refusal.sentence)
            return self.form_invalid(form)
        except services.BoardRefused as refusal:
            messages.error(self.request, refusal.sentence)
        else:
            messages.success(self.request, self.done)
        return redirect("board:need", pk=self.need.pk)


class ClaimView(ActionView):
    page_title = "Prendre cette fiche"
    form_class = forms.ClaimForm
    intro = "Votre centre l’écrit\u00a0: les autres le voient, et les personnes qui l’attendent aussi."
    submit = "Prendre cette fiche"
    done = "C’est noté\u00a0: votre centre écrit cette fiche."

    def allowed(self):
        return bool(centres_of(self.request.user))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"centres": centres_of(self.request.user)}

    def act(self, form, *, by, now):
        services.claim(need=self.need, by=by, now=now, **form.cleaned_data)


class AssignView(ActionView):
    page_title = "Confier à un centre"
    form_class = forms.ClaimForm
    intro = "Prévenez le centre de votre côté\u00a0: aucun courriel ne part d’ici."
    submit = "Confier cette fiche"
    done = "C’est noté\u00a0: le centre la trouve dans ses fiches à écrire."

    def allowed(self):
        return may_keep(self.request.user)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"centres": list(CentrePage.objects.order_by("title"))}

    def get_initial(self):
        return {"centre": self.need.centre, "promised_on": self.need.promised_on}

    def act(self, form, *, by, now):
        services.assign(need=self.need, by=by, now=now, **form.cleaned_data)


class PromiseView(ActionView):
    page_title = "Changer la date"
    form_class = forms.PromiseForm
    submit = "Enregistrer"
    done = "La date est changée."

    def get_initial(self):
        return {"promised_on": self.need.promised_on}

    def act(self, form, *, by, now):
        services.promise(need=self.need, by=by, now=now, promised_on=form.cleaned_data["promised_on"])


class GiveBackView(ActionView):
    page_title = "Rendre cette fiche"
    form_class = forms.GiveBackForm
    intro = "Elle redevient à prendre par tous les centres."
    submit = "Rendre cette fiche"
    done = "C’est noté\u00a0: un autre centre peut la prendre."

    def act(self, form, *, by, now):
        services.give_back(need=self.need, by=by, now=now, words=form.cleaned_data["words"])


class LinkView(ActionView):
    page_title = "Lier la fiche publiée"
    intro = "Les personnes qui l’attendent et peuvent la lire reçoivent un courriel, une seule fois."
    submit = "Lier cette page"
    done = "C’est fait\u00a0: la fiche est publiée, et les personnes qui l’attendaient sont prévenues."

    def get_form_class(self):
        return forms.AviseLinkForm if may_keep(self.request.user) else forms.CentreLinkForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"need": self.need}

    def act(self, form, *, by, now):
        services.link_page(need=self.need, page=form.cleaned_data["page"], by=by, now=now)


class AviseView(ActionView):
    """What Avise alone does."""

    def allowed(self):
        return may_keep(self.request.user)


class SetAsideView(AviseView):
    page_title = "Écarter cette fiche"
    form_class = forms.SetAsideForm
    intro = "Elle ne sera pas écrite. Vous pourrez la rouvrir."
    submit = "Écarter cette fiche"
    done = "C’est noté\u00a0: elle est écartée."
    is_danger = True

    def act(self, form, *, by, now):
        services.set_aside(need=self.need, by=by, now=now, reason=form.cleaned_data["reason"])


class ReopenView(AviseView):
    page_title = "Rouvrir cette fiche"
    form_class = forms.forms.Form
    intro = "Elle redevient à prendre par tous les centres."
    submit = "Rouvrir cette fiche"
    done = "C’est noté\u00a0: elle est de nouveau à prendre."

    def act(self, form, *, by, now):
        services.reopen(need=self.need, by=by, now=now)


class RewordView(AviseView):
    page_title = "Reformuler"
    form_class = forms.NeedForm
    submit = "Enregistrer"
    done = "C’est enregistré."

    def get_form_kwargs(self):
        # The service locks a row of its own: this one only fills the form in.
        return super().get_form_kwargs() | {"instance": self.need}

    def act(self, form, *, by, now):
        services.reword(need=self.need, by=by, now=now, **form.values())


class ProposeView(BoardMixin, FormView):
    """A new one: from nothing, from a search (``?mots=``) or from a theme (``?theme=``), filled in then."""

    page_title = "Proposer une fiche"
    template_name = "commissioning/admin/form.html"
    form_class = forms.NeedForm
    check = staticmethod(may_keep)

    @cached_property
    def search(self) -> sources.SearchProposal | None:
        key = self.request.GET.get("mots", "").replace("\x00", "")
        return sources.search_proposal(key, now=timezone.now()) if key else None

    @cached_property
    def theme(self) -> Theme | None:
        slug = self.request.GET.get("theme", "").replace("\x00", "")
        return Theme.objects.filter(slug=slug).first() if slug else None

    def get_initial(self):
        if self.search:
            theme = self.search.theme
            return {"question": self.search.text, "themes": [theme] if theme else []}
        return {"themes": [self.theme]} if self.theme else {}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            intro=self.intro(), submit="Proposer cette fiche", back=reverse("board:index"), **kwargs
        )
        return context | {"media": context["form"].media}

    def intro(self) -> str:
        if self.search:
            return (
                f"Cherché\u00a0: «\u00a0{self.search.text}\u00a0». Écrivez la question que l’on se posait\u00a0: "
                "les centres la liront telle quelle."
            )
        return "Les centres la liront telle quelle, et les membres du réseau aussi."

    def form_valid(self, form):
        origin = Need.Origin.AVISE
        if self.search:
            origin = self.search.origin
        elif self.theme:
            origin = Need.Origin.DIFFICULTIES
        try:
            need = services.propose(
                **form.values(),
                origin=origin,
                key=self.search.key if self.search else "",
                by=self.request.user,
                now=timezone.now(),
            )
        except services.BoardRefused as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        messages.success(self.request, "La fiche est au tableau\u00a0: les centres peuvent la prendre.")
        return redirect("board:need", pk=need.pk)


class SourcesView(BoardMixin, TemplateView):
    """What may become a fiche to write: searches that led nowhere, themes of difficulties."""

    page_title = "D’où viennent-elles\u00a0?"
    template_name = "commissioning/admin/sources.html"
    check = staticmethod(may_keep)

    def get_context_data(self, **kwargs):
        now = timezone.now()
        searches = sources.search_proposals(now=now)
        return super().get_context_data(
            lists=[
                (label, lead, [one for one in searches if one.origin == origin])
                for origin, label, lead in (
                    (
                        Need.Origin.NO_RESULT,
                        "Cherché, sans résultat",
                        "Le plus souvent, le portail n’a rien trouvé.",
                    ),
                    (
                        Need.Origin.FREQUENT,
                        "Cherché, sans suite",
                        "Des résultats, et jamais un seul ouvert.",
                    ),
                )
            ],
            themes=sources.theme_proposals(now=now),
            **kwargs,
        )
