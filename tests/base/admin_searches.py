"""Every search of the admin, with strings that no engine likes: on the database of TEST_DATABASE_URL.

``python -m tests.base.admin_searches`` fills an empty portal and prints what each address answered, as JSON.
"""

import json
import sys

NASTY = (
    '"',
    'l"h',
    '"un" "deux',
    "\x00",
    "a\x00b",
    "\x01\x1f\x7f",
    "'",
    "''",
    "l'hopital",
    "\\",
    "\\'",
    "%",
    "%s",
    "%%",
    "_",
    "*",
    "a*",
    "^",
    "(",
    "((a)",
    ")",
    "{title}: a",
    "title:a",
    'title:"',
    "AND",
    "OR",
    "NOT",
    "a AND",
    "NEAR(a b)",
    "-",
    "- -",
    "+",
    "&",
    "a & | !",
    ":*",
    "<->",
    ";--",
    "$$",
    "é",
    "😀",
    "‮abc",
    "\ud7ff\ue000",
    " ",
    "x" * 10_000,
    "mot " * 2_000,
    '"' * 5_000,
)
#: Enough where the backend is the same, or there is none.
FEW = ('"', 'l"h', "\x00", "'", "\\", "%s", "(", "AND", "title:a", " ", "x" * 10_000)
#: Address of each search, and the title of what is found there (none: the database is asked directly).
PLACES = {
    "page chooser": ("/admin/choose-page/search/", "Trésorerie commune"),
    "explorer": ("/admin/pages/{home}/", "Trésorerie commune"),
    "pages": ("/admin/pages/search/", "Trésorerie commune"),
    "images": ("/admin/images/", "Trésorerie en image"),
    "image chooser": ("/admin/images/chooser/results/", "Trésorerie en image"),
    "documents": ("/admin/documents/", "Trésorerie en fichier"),
    "document chooser": ("/admin/documents/chooser/results/", "Trésorerie en fichier"),
    "snippets": ("/admin/snippets/themes/theme/", ""),
    "users": ("/admin/users/", ""),
    "groups": ("/admin/groups/", ""),
    "collections": ("/admin/collections/", ""),
    "promoted results": ("/admin/searchpicks/", ""),
    "redirects": ("/admin/redirects/", ""),
    "films": ("/admin/media/", ""),
}


def fill(tree):
    """Make one page, image and document, and put them in the index; return an administrator."""
    from django.core.files.base import ContentFile
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file
    from wagtail.search.backends import get_search_backend

    from tests import factories

    fiche = factories.make_fiche(tree.centre, title="Trésorerie commune")
    image = get_image_model().objects.create(title="Trésorerie en image", file=get_test_image_file())
    document = get_document_model()(title="Trésorerie en fichier")
    document.file.save("note.txt", ContentFile(b"texte"))
    for found in (fiche, image, document):
        get_search_backend().add(found)
    user = factories.make_user("admin@exemple.test")
    user.is_superuser = user.is_staff = True
    user.save()
    return user


def strings(place: str) -> tuple[str, ...]:
    """What is sent to ``place``."""
    return NASTY if place in ("page chooser", "explorer") else FEW


def main():
    import django

    django.setup()
    from django.test import Client

    from tests import factories

    tree = factories.make_tree()
    client = Client(raise_request_exception=False)
    client.force_login(fill(tree))
    refused, found = [], {}
    for name, (address, title) in PLACES.items():
        address = address.format(home=tree.home.pk)
        refused += [
            [name, query[:20]]
            for query in strings(name)
            if client.get(address, {"q": query}).status_code != 200
        ]
        for query in ("tresorerie", "TRÉSO") if title else ():
            found[f"{name}, {query}"] = title in client.get(address, {"q": query}).content.decode()
    sys.stdout.write(json.dumps({"refused": refused, "found": found}))


if __name__ == "__main__":
    main()
