from django.urls import path

from . import views

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("recherche.json", views.search_json, name="search_json"),
    path("recherche/suggestions", views.suggestions, name="search_suggestions"),
]
