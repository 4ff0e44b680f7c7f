"""Sign-in to the admin is allauth's. To be included under ``admin/`` before Wagtail's own addresses."""

from allauth.account.views import LogoutView
from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    # allauth keeps ``next`` when it is safe, and drops it otherwise.
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("logout/", LogoutView.as_view()),
]
