from django.urls import path

from . import views

app_name = "alerts"

urlpatterns = [
    path("alertes/nouvelle/", views.new, name="new"),
    path("alertes/lien/<str:token>/", views.by_link, name="by_link"),
    path("alertes/<id:pk>/", views.edit, name="edit"),
    path("alertes/<id:pk>/<slug:act>/", views.change, name="change"),
]
