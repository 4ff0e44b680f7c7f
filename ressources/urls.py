from django.urls import path

from . import views

app_name = "ressources"

urlpatterns = [
    path("ressources/<id:pk>/utilisee/", views.use, name="use"),
    path("ressources/brouillon/<id:takeaway_pk>/", views.open_draft, name="open_draft"),
]
