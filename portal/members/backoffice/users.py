"""Wagtail's user admin, on our accounts: an address, no password, erased rather than deleted."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import users

from portal.members.accounts import change_email, ensure_email_address
from portal.members.approval import grant_access, tell_approved
from portal.members.groups import sync_function_group
from portal.members.models import User
from portal.members.privacy import ERASED_DOMAIN, LastAdministrator, MayNotErase, erase_person, may_erase

TAKEN = "Cette adresse est déjà utilisée."


class AccountFormMixin:
    """One address whatever its capitals; only a superuser makes superusers."""

    def __init__(self, *args, editor, **kwargs):
        self.editor = editor
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Adresse e-mail"
        if not editor.is_superuser:
            self.fields.pop("is_superuser", None)

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(TAKEN)
        return email


class AccountCreationForm(AccountFormMixin, UserCreationForm):
    def save(self, commit=True):
        user = super().save(commit=False)
        user.set_unusable_password()
        if commit:
            user.save()
            self.save_m2m()
            ensure_email_address(user)
            # Someone with the right to create accounts vouches for the person.
            grant_access(user=user, by=self.editor, now=timezone.now())
            tell_approved(user)
        return user


class AccountEditForm(AccountFormMixin, UserEditForm):
    def save(self, commit=True):
        new_email = self.cleaned_data["email"]
        self.instance.email = self.initial["email"]
        user = super().save(commit=commit)
        if commit:
            # The boxes of the form may have put her in another function's group.
            sync_function_group(user)
        if commit and new_email != user.email:
            return change_email(user=user, email=new_email, by=self.editor, now=timezone.now())
        return user


class EditorMixin:
    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "editor": self.request.user}


class CreateView(EditorMixin, users.CreateView):
    pass


class EditView(EditorMixin, users.EditView):
    def dispatch(self, request, *args, **kwargs):
        # Whoever changes an address can sign in with it: a superuser's is changed by superusers.
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class EraseView(users.DeleteView):
    """In the place of deletion: what depends on an account keeps an empty one."""

    page_title = "Effacer le compte"

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        if not may_erase(user=self.object, by=request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            erase_person(user=self.object, by=self.request.user, now=timezone.now())
        except (LastAdministrator, MayNotErase) as error:
            messages.error(self.request, str(error) or "Ce compte ne peut pas être effacé par vous.")
            return redirect("wagtailusers_users:edit", self.object.pk)
        messages.success(self.request, "Le compte et ses données sont effacés.")
        return redirect("wagtailusers_users:index")


class IndexView(users.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().exclude(email__endswith=f"@{ERASED_DOMAIN}")


class UserViewSet(users.UserViewSet):
    index_view_class = IndexView
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = EraseView
    delete_template_name = "members/admin/erase.html"
    copy_view_enabled = False

    def get_form_class(self, for_update=False):
        return AccountEditForm if for_update else AccountCreationForm


def refuse_bulk_action(request, action_type, objects, view):
    """Hook: accounts are erased one at a time, and superusers are changed by superusers."""
    if view.model is not User:
        return None
    if action_type == "delete":
        messages.error(request, "Un compte s’efface depuis sa page, un par un.")
        return redirect("wagtailusers_users:index")
    if not request.user.is_superuser and any(user.is_superuser for user in objects):
        messages.error(request, "Seul un compte d’administration modifie un compte d’administration.")
        return redirect("wagtailusers_users:index")
    return None
