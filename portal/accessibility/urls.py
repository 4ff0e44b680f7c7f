from django.urls import path

from portal.pagecache.keeping import kept

from . import views

app_name = "accessibility"

urlpatterns = [
    path("accessibilite/grille/", kept(views.grid), name="grid"),
    path("accessibilite/grille.csv", views.grid_file, name="grid_file"),
    path("accessibilite/signaler/", views.report, name="report"),
]
