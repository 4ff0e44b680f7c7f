from wagtail import hooks

from .viewsets import OutgoingMessageViewSet


@hooks.register("register_admin_viewset")
def register_sent_mail():
    return OutgoingMessageViewSet()
