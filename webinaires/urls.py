from django.urls import path

from . import views

app_name = "webinaires"

urlpatterns = [
    path("webinaires/<id:pk>/transcription.vtt", views.transcript, name="transcript"),
    path("webinaires/<id:pk>/chapitres.vtt", views.chapters, name="chapters"),
]
