from django.urls import path

from . import views

app_name = "ressources"

urlpatterns = [path("ressources/<id:pk>/utilisee/", views.use, name="use")]
