"""allauth's mail: the portal's layout, and a text part that says the same."""

from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from bs4 import BeautifulSoup
from django.template.loader import get_template
from django.utils import timezone

from portal.base.letters import text_of

CONTEXT = {
    "code": "ABCD-EFGH",
    "email": "personne@exemple.test",
    "from_email": "avant@exemple.test",
    "to_email": "apres@exemple.test",
    "deleted_email": "avant@exemple.test",
    "provider": "Annuaire",
    "signup_url": "https://portail.exemple.test/compte/signup/",
    "ip": "192.0.2.1",
    "user_agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
    "timestamp": timezone.now(),
}
#: By link, which the settings replace by a code; or without an account of ours.
UNUSED = {"account/email/password_reset_key"}


def kinds() -> list[str]:
    """Every kind of message that allauth sends with what is switched on."""
    root = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(root)).removesuffix("_subject.txt")
        for app in ("account", "mfa", "socialaccount")
        for path in (root / app / "email").glob("*_subject.txt")
    }
    return sorted(found - UNUSED)


@pytest.mark.parametrize("kind", kinds())
def test_each_kind_has_the_portal_s_layout_and_an_equal_text(db, tree, kind):
    context = {name: value for name, value in CONTEXT.items() if name != "code" or "code" in kind}
    if "confirmation" in kind:
        context["code"] = CONTEXT["code"]
    message = get_adapter().render_mail(kind, "personne@exemple.test", context)
    html = message.alternatives[0].content
    page = BeautifulSoup(html, "html.parser")
    assert page.html["lang"] == "fr"
    assert page.find("table")["role"] == "presentation"
    assert page.find("meta", attrs={"name": "color-scheme"})
    assert page.find(class_="preview").get_text(strip=True)
    assert len(page.find_all("h1")) == 1
    assert not page.find_all(["img", "script"])
    assert message.body == text_of(html)
    assert message.subject
    assert "Mozilla" not in message.body
    assert ("Firefox sur Windows" in message.body) == ("192.0.2.1" in message.body)
    assert "{{" not in html


def test_a_kind_without_a_layout_still_leaves(db, tree):
    message = get_adapter().render_mail(
        "account/email/password_reset_key", "personne@exemple.test", {**CONTEXT, "password_reset_url": "/x/"}
    )
    assert message.body


def test_none_of_them_is_the_text_that_nobody_renders():
    folder = Path(get_template("account/email/code.html").origin.name).parent
    assert not list(folder.glob("*_message.txt"))
