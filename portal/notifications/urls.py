from django.urls import path

from . import views

app_name = "notifications"

urlpatterns = [
    path("mon-espace/courriels/", views.preferences, name="preferences"),
    path("demo/courriels/", views.demo_mail, name="demo_mail"),
    path("demo/courriels/<id:pk>/", views.demo_html, name="demo_html"),
    path("demo/courriels/<id:pk>/<id:number>/", views.demo_attachment, name="demo_attachment"),
]
