"""What the site writes without a component: the vocabulary of ``components.css`` and of plain elements."""

from __future__ import annotations

import datetime as dt

from portal.styleguide.components import Sample


def alone(now: dt.datetime) -> list[Sample]:
    return [Sample("", {})]
