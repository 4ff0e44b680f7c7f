"""The few words of ours that replace those of packages: compiled, and typed as French is."""

import gettext
import re
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "portal/locale/fr/LC_MESSAGES"


def sources() -> dict[str, str]:
    """The translations of the source file, by what they translate."""
    found = {}
    for block in (FOLDER / "django.po").read_text("utf-8").split("\n\n"):
        parts = re.split(r"^(msgid_plural|msgid|msgstr(?:\[\d\])?) ", block, flags=re.MULTILINE)
        values = {
            name: "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"')
            for name, text in zip(parts[1::2], parts[2::2], strict=True)
        }
        if values.get("msgid"):
            found[values["msgid"]] = values.get("msgstr", values.get("msgstr[0]"))
    return found


def test_what_is_compiled_is_what_is_written():
    with (FOLDER / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    written = sources()
    assert written
    for message, translation in written.items():
        compiled = catalogue.gettext(message)
        if compiled == message:
            compiled = catalogue.ngettext(message, "", 1)
        assert compiled == translation, message


def test_it_has_the_spaces_and_quotes_of_french():
    for translation in sources().values():
        text = re.sub(r"<[^>]*>", "", translation)
        assert not re.search(r" [:;?!»]|« |'", text), text
