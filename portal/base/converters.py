"""Numbers in addresses: one that no table, or no date, can hold is an address that does not exist."""

from django.urls import register_converter


class IdConverter:
    """A positive whole number of at most 18 digits: it fits every database's big integers."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value) -> str:
        return str(value)


register_converter(IdConverter, "id")


class YearConverter(IdConverter):
    """A year of four digits that a date can hold, with the one before and the one after."""

    regex = "[12][0-9]{3}"


register_converter(YearConverter, "year")
