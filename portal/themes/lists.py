"""Load the closed lists and the lexicon that the portal starts with. Edits made since are never undone."""

from __future__ import annotations

import csv
from pathlib import Path

import yaml
from django.db import transaction
from django.utils.text import slugify

from .models import Departement, Expansion, Phase, Region, Secteur, SynonymSet, Terme, Theme, TypeStructure

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_lists() -> dict[str, int]:
    """Create the entries that are missing; return how many of each list were created."""
    lists = yaml.safe_load((DATA / "lists.yaml").read_text(encoding="utf-8"))
    return {
        "themes": _entries(Theme, lists["themes"], label="title", summary="summary"),
        "secteurs": _entries(Secteur, lists["secteurs"]),
        "structures": _entries(TypeStructure, lists["structures"]),
        "phases": _entries(Phase, lists["phases"], short_label="label_court", summary="description"),
        "regions": _regions(lists["regions"]),
        "departements": _departements(lists["departements"]),
        "termes": _lexicon(),
        "synonymes": _synonyms(),
    }


def _entries(model, entries, *, label="label", **fields) -> int:
    known = set(model.objects.values_list("slug", flat=True))
    missing = [
        model(
            slug=entry["slug"],
            label=entry[label],
            order=position,
            **{field: entry.get(source, "") for field, source in fields.items()},
        )
        for position, entry in enumerate(entries, start=1)
        if entry["slug"] not in known
    ]
    return len(model.objects.bulk_create(missing))


def _saved(entries) -> int:
    """Save each by itself: the search learns of what a signal says."""
    for entry in entries:
        entry.save()
    return len(entries)


def _regions(entries) -> int:
    known = set(Region.objects.values_list("code", flat=True))
    missing = [
        Region(
            code=entry["code"],
            label=entry["label"],
            slug=slugify(entry["label"].replace("’", "-")),
            aliases=", ".join(entry.get("alias", [])),
            time_zone=entry.get("time_zone", "Europe/Paris"),
        )
        for entry in entries
        if entry["code"] not in known
    ]
    return _saved(missing)


def _departements(entries) -> int:
    known = set(Departement.objects.values_list("code", flat=True))
    regions = {region.code: region for region in Region.objects.all()}
    missing = [
        Departement(
            code=entry["code"],
            label=entry["label"],
            aliases=", ".join(entry.get("alias", [])),
            region=regions.get(entry["region"]),
        )
        for entry in entries
        if entry["code"] not in known
    ]
    return _saved(missing)


def _lexicon() -> int:
    known = set(Terme.objects.values_list("sigle", flat=True))
    with (DATA / "lexicon.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.reader(stream, delimiter="\t") if row][1:]
    created = 0
    for sigle, expansions, ambiguous in rows:
        if sigle in known:
            continue
        terme = Terme(sigle=sigle, slug=slugify(sigle), ambiguous=ambiguous.strip() == "yes")
        terme.expansions = [
            Expansion(text=text.strip(), sort_order=position)
            for position, text in enumerate(expansions.split(";"))
        ]
        terme.save()
        created += 1
    return created


def _synonyms() -> int:
    """Only where there is none yet: a set that an editor split or removed does not come back."""
    if SynonymSet.objects.exists():
        return 0
    lines = (DATA / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    sets = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return _saved([SynonymSet(words=words) for words in sets])
