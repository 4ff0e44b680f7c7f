from django.urls import path

from . import views

urlpatterns = [
    path("recherche/manque/", views.report_gap, name="report_gap"),
    path("recherche/a-ecrire/", views.needs, name="needs"),
    path("recherche/a-ecrire/<id:pk>/m-aiderait/", views.watch, name="need_watch"),
    path("recherche/a-ecrire/<id:pk>/ne-plus-attendre/", views.unwatch, name="need_unwatch"),
    path("recherche/a-ecrire/arret/<str:token>/", views.stop_waiting, name="stop_waiting"),
]
