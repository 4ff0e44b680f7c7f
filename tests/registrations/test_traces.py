"""What gives someone away is seen, and what only tells a difficulty is left alone. All names are fictional."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.demo.sessions import QUESTIONS
from portal.members.models import Fonction, Profile, RosterEntry
from portal.registrations.structure_names import Known, fold, structure_names_in
from portal.registrations.traces import CACHE_KEY, find_traces, traces_in
from portal.themes.models import Terme
from tests import factories

EMAIL, PHONE, SIRET = "une adresse e-mail", "un numéro de téléphone", "un numéro SIREN ou SIRET"
SITE, POST, PERSON = "un site", "une adresse postale", "un nom de personne"
#: What a portal knows once its lists are loaded.
PHRASES = (
    "Bretagne", "Ille-et-Vilaine", "La Réunion", "Île-de-France", "Landes", "Finistère", "Mayotte",
    "DLA", "DLA R", "CRDLA", "ESS", "URSSAF", "CCSF", "CAC", "AGS", "CPOM", "RH", "CSE", "IAE", "DREETS", "PGE",
)  # fmt: skip
KNOWN = Known(
    structures=("Tréteaux du Ponant", "Marmitons solidaires", "Kerfoll", "BGE Bretagne", "Relais"),
    ordinary=frozenset(" ".join(fold(phrase)) for phrase in PHRASES),
)


def seen(text, kind):
    return [one for trace in find_traces(text, known=KNOWN) if trace.kind == kind for one in trace.found]


# -- what has a shape


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("Une association de 12 salarié·es, 450 000 euros de budget, 3 mois de retard.", []),
        ("Le 14 janvier 2026 à 9 h 30, rue du 8 mai 1945", []),
        ("Écrire à jeanne.dupont@asso-exemple.fr", [EMAIL]),
        ("06 12 34 56 78", [PHONE]),
        ("06.12.34.56.78", [PHONE]),
        ("0612345678", [PHONE]),
        ("+33 6 12 34 56 78", [PHONE]),
        ("732 829 320", [SIRET]),
        ("73282932000074", [SIRET]),
        ("732\u00a0829\u00a0320 00074", [SIRET]),
        ("123 456 789", []),
        ("a@b.fr ou 06 12 34 56 78", [EMAIL, PHONE]),
        ("Tout est sur https://www.exemple.org/nous, et sur exemple.bzh.", [SITE]),
        ("leur site (lesmarmitons.fr) est fermé", [SITE]),
        ("Nous avons lu la fiche sur info-dla.fr et celle d’impots.gouv.fr.", []),
        ("Elle siège 12 bis, rue du Port", [POST]),
        ("au 3 place de l’Église", [POST]),
        ("14 avenue Jean-Jaurès, 35600 Redon", [POST]),
        ("BP 123", [POST]),
        ("Il reste 3 places en crèche, 12 cours par semaine et 2 routes possibles.", []),
        ("Un trou de 35000 Euros, puis 12000 Heures d’insertion", []),
        ("Mme Fictive ne répond plus", [PERSON]),
        ("j’ai vu Monsieur Le Fictif hier", [PERSON]),
        ("Madame la Présidente et Monsieur le Maire se sont parlé, Madame Présidente aussi", []),
    ],
)
def test_what_has_a_shape(text, kinds):
    assert [trace.kind for trace in find_traces(text, known=KNOWN)] == kinds


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("écrire à a@b.fr, ou à c@d.org", EMAIL, ["a@b.fr", "c@d.org"]),
        ("voir exemple.org/nous.", SITE, ["exemple.org/nous"]),
        ("au 12 bis, rue du Port Vieux à Brest", POST, ["12 bis, rue du Port Vieux"]),
        ("14 avenue Jean-Jaurès, 35600 Redon", POST, ["14 avenue Jean-Jaurès", "35600 Redon"]),
        ("avec Mme Inès Fictive hier", PERSON, ["Mme Inès Fictive"]),
    ],
)
def test_it_is_quoted_as_it_was_typed(text, kind, found):
    assert seen(text, kind) == found


# -- names of structures


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("L’association Les Tréteaux a perdu sa subvention.", "association Les Tréteaux"),
        ("J’accompagne l’association Cap Solidaire depuis mars.", "association Cap Solidaire"),
        ("une asso sportive, l’asso Élan Vert", "asso Élan Vert"),
        ("la SCIC ENERLOC cherche des sociétaires", "SCIC ENERLOC"),
        ("La Scop Boisvert a trois mois de trésorerie", "Scop Boisvert"),
        ("un ESAT, l’ESAT Les Genêts, perd son marché", "ESAT Les Genêts"),
        ("l’EHPAD Saint-Exemple ferme un étage", "EHPAD Saint-Exemple"),
        ("une crèche parentale Les Lutins à Brest", "crèche parentale Les Lutins"),
        ("le club de football Étoile Fictive 35 ne paie plus", "club de football Étoile Fictive 35"),
        ("la compagnie de danse Mouvance a deux intermittents", "compagnie de danse Mouvance"),
        ("La compagnie Vent d’Ouest joue encore", "compagnie Vent d’Ouest"),
        ("la fondation Martin-Fictif retire sa caution", "fondation Martin-Fictif"),
        ("une mutuelle, la mutuelle Prévoyance Fictive", "mutuelle Prévoyance Fictive"),
        ("la SARL Dupont-Fictif est sous-traitante", "SARL Dupont-Fictif"),
        ("l’ACI Tremplin Vert perd son donneur d’ordre", "ACI Tremplin Vert"),
        ("l’association des Amis du Moulin n’a plus de trésorier", "association des Amis du Moulin"),
        ("la Maison de la Musique n’ouvre plus", "Maison de la Musique"),
        ("le centre social Horizon va fermer", "centre social Horizon"),
        ("une association appelée Graines de Ciel", "association appelée Graines de Ciel"),
        ("l’association « les petits pas » ne répond plus", "association « les petits pas »"),
        ("la crèche «\u00a0Pomme d’Api\u00a0» cherche une direction", "crèche «\u00a0Pomme d’Api\u00a0»"),
        ("On m’a parlé de « Terre Commune » hier", "« Terre Commune »"),
        ("Le dossier \"Horizon\" est bloqué", '"Horizon"'),
        ("Le bureau des Marmitons Solidaires se déchire", "Marmitons Solidaires"),
        ("chez Les Petits Lutins, trois départs", "Les Petits Lutins"),
        ("J’ai rencontré La Ruche Verte lundi", "La Ruche Verte"),
        ("Les Petits Lutins ne paient plus leur loyer", "Les Petits Lutins"),
        ("On a revu L’Étincelle Bleue hier.", "L’Étincelle Bleue"),
        ("Les tréteaux du Ponant ont fermé", "tréteaux du Ponant"),
        ("le CA de Kerfoll a démissionné", "Kerfoll"),
        ("La coopérative agricole Terre Fictive est en conciliation", "coopérative agricole Terre Fictive"),
        ("la régie de quartier Pleine Ville", "régie de quartier Pleine Ville"),
    ],
)  # fmt: skip
def test_a_structure_is_named(text, name):
    found = structure_names_in(text, KNOWN)
    assert [fold(one) for one in found] == [fold(name)], found
    assert found[0] in text


@pytest.mark.parametrize(
    "text",
    [
        *QUESTIONS,
        "Une crèche de Redon attend sa subvention de la CAF depuis cinq mois.",
        "L’association a perdu son commissaire aux comptes et l’URSSAF réclame trois mois de cotisations.",
        "J’accompagne une association culturelle en Bretagne, avec France Active et la Banque de France.",
        "Le DLA d’Ille-et-Vilaine nous a adressé une SCIC de quinze personnes. Comment la CCSF répond-elle ?",
        "Une association de La Réunion, un club de Saint-Denis : même difficulté.",
        "Le Conseil départemental se retire, la Région aussi, et l’État ne dit rien.",
        "La Direction et le Conseil d’administration ne se parlent plus. La Présidente menace de partir.",
        "Le CSE a été consulté ; la DREETS attend le PSE. Le CAC a lancé l’alerte.",
        "Un ESAT et un EHPAD veulent fusionner, la Fondation de France a dit oui.",
        "La mutuelle augmente de 12 %. Faut-il changer ?",
        "La présidente dit « On n’y arrivera pas » et le trésorier répond « Non ».",
        "On m’a demandé : « Que se passe-t-il si on ne paie pas l’URSSAF ? »",
        "Le café « Entre pairs » m’a aidée, comme le « Plan de relance » de la Région Bretagne.",
        "L’association rencontre Pôle emploi jeudi, puis le Crédit Coopératif.",
        "L’association doit déposer le bilan avant le 15 Mars. Le Tribunal judiciaire est prévenu.",
        "Une compagnie de théâtre de la Loire, un festival à La Rochelle, un cinéma au Mans.",
        "La trésorerie tient jusqu’en Janvier. La crèche ferme Vendredi. Le bureau hésite.",
        "Notre club compte 240 adhérent·es et 3 salarié·es à temps partiel.",
        "J’ai deux dossiers d’IAE. Les ACI perdent leur aide au poste.",
        "Un DLA R peut-il aider ? Le CRDLA Financement nous a répondu, l’Avise aussi.",
        "La Poste et La Banque Postale refusent le découvert.",
        "Loi 1901, association loi 1901, SCIC SARL : que change le statut ?",
        "La structure AI et le GEIQ partagent un local de la Ville de Brest.",
        "une maison des associations, le relais, un jardin partagé, l’école du village",
        "Les Landes et le Finistère ont la même difficulté. Les Départements n’aident plus.",
        "Elle a dit «\u00a0Merci\u00a0» et elle est partie.",
        "L’expert-comptable, la CAF et l’ARS attendent les comptes 2025 de l’association.",
        "Madame la Maire soutient le projet. Le Maire d’avant, non.",
        "BGE Bretagne nous a fait un prévisionnel.",
        "Relais de direction : comment préparer le départ ?",
        "Comment parler d’argent au bureau sans que la Présidente, élue locale, se braque ?",
        "Trois mois de retard de loyer, un PGE, un CPOM à renégocier et deux prud’hommes.",
        "L’équipe (RH comprise) est épuisée ; AGS ou pas, on paie qui d’abord ?",
        "une association étudiante, une épicerie solidaire, un tiers-lieu rural",
        "Le festival est annulé. La billetterie doit-elle rembourser ?",
    ],
)
def test_a_difficulty_is_told_without_an_alarm(text):
    assert find_traces(text, known=KNOWN) == []


def test_several_names_are_each_quoted_once():
    text = "L’association Cap Vert et la SCIC ENERLOC ; encore l’association Cap Vert."
    assert structure_names_in(text, KNOWN) == ["association Cap Vert", "SCIC ENERLOC"]


# -- what the portal knows


@pytest.fixture(autouse=True)
def _fresh():
    cache.delete(CACHE_KEY)
    yield
    cache.delete(CACHE_KEY)


@pytest.mark.django_db
def test_the_structures_of_the_network_are_known(taxonomy, member, now):
    Profile.objects.create(user=member, structure="Atelier du Levant (Ille-et-Vilaine)")
    RosterEntry.objects.create(
        email="x@exemple.test",
        name="X Fictif",
        fonction=Fonction.CHARGEE,
        bearer="Passerelles Fictives",
        imported_at=now,
    )
    Terme.objects.create(sigle="ZRRX", slug="zrrx")
    assert traces_in("on a vu l’Atelier du levant et passerelles Fictives") == [
        "un nom de structure («\u00a0Atelier du levant\u00a0», «\u00a0passerelles Fictives\u00a0»)"
    ]
    assert traces_in("Une association ZRRX de Guyane, une association Bretagne") == []


@pytest.mark.django_db
def test_what_is_known_is_read_once_a_minute(taxonomy):
    with CaptureQueriesContext(connection) as first:
        traces_in("Une difficulté")
    with CaptureQueriesContext(connection) as again:
        traces_in("Une autre difficulté")
    assert (len(first), len(again)) == (5, 0)


@pytest.mark.django_db
def test_the_writer_reads_what_was_seen_and_decides(client, member, tree):
    cafe = factories.make_cafe(tree.centre, asks_question=True)
    client.force_login(member)
    address = f"/rendez-vous/{cafe.pk}/inscription/"
    question = "L’association Cap Vert, contact a@b.fr, va mal."
    page = client.post(address, {"question": question}).content.decode()
    assert (
        "une adresse e-mail («\u00a0a@b.fr\u00a0») et un nom de structure («\u00a0association Cap Vert\u00a0»)"
        in page
    )
    assert "Cap Vert, contact" in page, "nothing typed is lost"
    assert not cafe.registrations.exists()
    client.post(address, {"question": question, "send_anyway": "on"})
    assert cafe.registrations.get().question == question
