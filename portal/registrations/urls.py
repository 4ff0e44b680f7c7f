from django.urls import path

from . import views

app_name = "registrations"

urlpatterns = [
    path("rendez-vous/<id:pk>/inscription/", views.register, name="register"),
    path("rendez-vous/<id:pk>/inscription/faite/", views.registered, name="registered"),
    path("rendez-vous/<id:pk>/desinscription/", views.cancel, name="cancel"),
    path("rendez-vous/<id:pk>/calendrier.ics", views.event_ics, name="event_ics"),
    path("agenda.ics", views.agenda_ics, name="agenda_ics"),
]
