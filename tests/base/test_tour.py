"""The tour of the demonstration goes by every page type."""

from django.apps import apps

from portal.base.models import BasePage
from tests.tour import STOPS


def test_every_page_type_has_a_stop():
    page_types = {
        model.__name__ for model in apps.get_models() if issubclass(model, BasePage) and model.is_creatable
    }
    assert page_types
    assert page_types <= {stop.page_type for stop in STOPS}


def test_stops_have_names_of_their_own():
    names = [stop.name for stop in STOPS]
    assert len(names) == len(set(names))
