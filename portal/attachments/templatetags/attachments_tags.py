from django import template

from portal.attachments.models import FileText

register = template.Library()


@register.simple_tag
def file_text_notice(document) -> str:
    """What an editor is told of the text of ``document``; empty before it is saved. One query."""
    text = FileText.objects.filter(document_id=document.pk).first() if document.pk else None
    return text.notice if text else ""
