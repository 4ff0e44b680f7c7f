"""What centres write waits for Avise's eyes: Wagtail's workflow, set on the whole tree."""

from __future__ import annotations

from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from portal.members.groups import EDITORS

WORKFLOW = "Relecture par l’Avise"


def ensure_moderation(*, home) -> Workflow:
    """Set the moderation of the tree under ``home``: one step, by Avise's editors. Idempotent."""
    task = GroupApprovalTask.objects.filter(name=WORKFLOW).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
        task.groups.add(Group.objects.get(name=EDITORS))
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    # Wagtail comes with a workflow of its own on the root, whose group nobody is in.
    WorkflowPage.objects.filter(page_id=1).delete()
    WorkflowPage.objects.update_or_create(page=home.page_ptr, defaults={"workflow": workflow})
    return workflow
