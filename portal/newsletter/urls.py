from django.urls import path

from . import views

app_name = "newsletter"

urlpatterns = [
    path("lettre/", views.subscribe, name="subscribe"),
    path("lettre/confirmer/<str:token>/", views.confirm_subscription, name="confirm"),
    path("lettre/quitter/<str:token>/", views.end_subscription, name="leave"),
]
