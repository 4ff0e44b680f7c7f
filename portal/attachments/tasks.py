"""Reading a file is a one-shot that may be done twice: it waits its turn in Wagtail's own queue of tasks."""

from django.utils import timezone
from django_tasks import task

from . import services


@task()
def read_file(document_id: int) -> str:
    return services.read_file(document_id=document_id, now=timezone.now()) or ""
