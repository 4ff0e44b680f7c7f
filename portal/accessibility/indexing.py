"""The statement and the plan as the search sees them."""

from search.documents import Document
from search.pages import PAGE_RELATIONS, page_fields, plain
from search.registry import Label, register

from .models import PlanPage, StatementPage


def statement_document(page: StatementPage) -> Document:
    """The statement: what an editor wrote on it."""
    texts = (page.other_failures, page.exemptions, page.out_of_scope, page.audit_result, page.remedies)
    return Document(**page_fields(page, kind="declaration"), type="page", body=plain(*texts))


def plan_document(page: PlanPage) -> Document:
    """The plan: what will be done."""
    texts = [block.value["texte"] for block in page.scheme if block.block_type == "section"]
    texts += [action.value["quoi"] for action in page.actions]
    return Document(**page_fields(page, kind="plan"), type="page", body=plain(*texts))


for model, kind, label, document in (
    (StatementPage, "declaration", "Déclaration", statement_document),
    (PlanPage, "plan", "Plan", plan_document),
):
    register(
        model,
        kind=kind,
        label=label,
        plural=f"{label}s",
        icon="doc",
        document=document,
        queryset=lambda model=model: model.objects.live().prefetch_related(*PAGE_RELATIONS),
        types={"page": Label("Page", "Pages")},
    )
