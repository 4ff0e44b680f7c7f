from django.urls import path

from . import noting, views

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("recherche.json", views.search_json, name="search_json"),
    path("recherche/clic", noting.click, name="search_click"),
    path("recherche/retour", noting.come_back, name="search_come_back"),
    path("recherche/suggestions", views.suggestions, name="search_suggestions"),
]
