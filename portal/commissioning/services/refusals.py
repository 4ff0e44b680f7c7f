"""Why the board refuses: each has one French sentence for the person who asked."""


class BoardRefused(Exception):
    """Nothing was changed; ``sentence`` says why."""

    sentence = "Cela n’a pas pu se faire."

    def __init__(self, sentence: str = ""):
        super().__init__(sentence or self.sentence)
        self.sentence = sentence or self.sentence


class MayNot(BoardRefused):
    sentence = "Cette action revient au centre qui écrit la fiche, ou à l’Avise."


class AlreadyTaken(BoardRefused):
    sentence = "Un autre centre vient de la prendre."


class NotToTake(BoardRefused):
    sentence = "Cette fiche n’est plus à prendre."


class NotTaken(BoardRefused):
    sentence = "Aucun centre ne l’a prise : il n’y a rien à rendre."


class NotToWrite(BoardRefused):
    sentence = "Cette fiche n’est plus à écrire."


class NotSetAside(BoardRefused):
    sentence = "Cette fiche n’est pas écartée."


class PageNotLive(BoardRefused):
    sentence = "Cette page n’est pas publiée : elle pourra être liée quand elle le sera."


class PageElsewhere(BoardRefused):
    sentence = "Cette page n’est pas chez le centre qui écrit la fiche."


class NotAnAnswer(BoardRefused):
    sentence = "Choisissez la fiche elle-même, non la page du centre."


class ReasonMissing(BoardRefused):
    sentence = "Dites en une phrase pourquoi : qui l’attendait la lira."


class DateGone(BoardRefused):
    sentence = "Choisissez une date à venir."


class AlreadyOnBoard(BoardRefused):
    sentence = "Cette recherche est déjà au tableau."


class AlreadyAnswered(BoardRefused):
    sentence = "Ce signalement est déjà traité."


class NoSuchSearch(BoardRefused):
    sentence = "Cette recherche n’attend plus : elle est publiée, ou ses mots sont effacés."


class TooManyReports(BoardRefused):
    sentence = (
        "Beaucoup de manques ont été signalés aujourd’hui : le vôtre n’est pas perdu s’il revient demain."
    )


class NothingToAwait(BoardRefused):
    sentence = "Cette fiche n’est plus à écrire : il n’y a plus rien à attendre."
