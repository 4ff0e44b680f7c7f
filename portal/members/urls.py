"""« Mon espace », the directory, and the doors that lead to allauth's."""

from django.urls import path
from django.views.generic import RedirectView

from .views import data, directory, espace, invitation, requests

app_name = "members"
urlpatterns = [
    path("mon-espace/", espace.espace, name="espace"),
    path("mon-espace/profil/", espace.profile, name="profile"),
    path("mon-espace/demandes/", requests.request_list, name="requests"),
    path("mon-espace/demandes/<id:pk>/", requests.request_detail, name="request"),
    path("mon-espace/donnees/", data.data, name="data"),
    path("mon-espace/donnees/export/", data.export, name="export"),
    path("mon-espace/donnees/effacer/", data.erase, name="erase"),
    path("mon-espace/invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("annuaire/", directory.directory, name="directory"),
    # Wagtail's page for password-protected content signs in past the second factor.
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
]
