"""The form components: what a refused form says, and where it leads."""

from bs4 import BeautifulSoup
from django import forms
from django.template.loader import render_to_string


class SampleForm(forms.Form):
    email = forms.EmailField(label="Adresse e-mail", help_text="Celle du bureau.")
    note = forms.CharField(label="Note", required=False)
    theme = forms.MultipleChoiceField(
        label="Thèmes", choices=[("a", "Un"), ("b", "Deux")], widget=forms.CheckboxSelectMultiple
    )
    accord = forms.BooleanField(label="J’accepte la charte")
    jeton = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.data.get("note") == "non":
            raise forms.ValidationError("Rien ne va.")
        return super().clean()


def rendered(data=None) -> BeautifulSoup:
    html = render_to_string("components/form.html", {"form": SampleForm(data)})
    return BeautifulSoup(html, "html.parser")


def test_every_field_has_its_label_and_the_optional_ones_say_so():
    page = rendered()
    for name in ("email", "note", "accord"):
        assert page.find("label", attrs={"for": f"id_{name}"})
    assert page.fieldset.legend.get_text(strip=True) == "Thèmes"
    assert "(facultatif)" in page.find("label", attrs={"for": "id_note"}).get_text()
    assert "(facultatif)" not in page.find("label", attrs={"for": "id_email"}).get_text()
    assert not page.find("div", class_="errors")
    assert page.find("input", id="id_jeton")["type"] == "hidden"


def test_help_and_error_are_tied_to_the_field():
    page = rendered({"email": "pas une adresse"})
    field = page.find("input", id="id_email")
    assert field["aria-invalid"] == "true"
    described = [page.find(id=name) for name in field["aria-describedby"].split()]
    assert [tag["class"][0] for tag in described] == ["field__help", "field__error"]
    group = page.find("fieldset")
    assert page.find(id=group["aria-describedby"])["class"] == ["field__error"]


def test_the_summary_leads_to_each_field():
    page = rendered({"email": "pas une adresse", "note": "non"})
    summary = page.find("div", class_="errors")
    assert summary["role"] == "alert"
    assert "Rien ne va." in summary.get_text()
    targets = [link["href"][1:] for link in summary.find_all("a")]
    assert len(targets) == 3
    assert all(page.find(id=target) for target in targets)


def test_what_was_typed_is_escaped():
    page = render_to_string(
        "components/form.html", {"form": SampleForm({"email": "<script>alert(1)</script>"})}
    )
    assert "<script>" not in page
