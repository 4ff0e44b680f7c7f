from wagtail import hooks

from .backoffice import ObstacleViewSet


@hooks.register("register_admin_viewset")
def register_obstacles():
    return ObstacleViewSet()
