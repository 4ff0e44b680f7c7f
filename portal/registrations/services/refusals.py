"""Why a registration is refused: each has one French sentence for the person who asked."""


class RegistrationRefused(Exception):
    """The registration was not made, or not changed; ``sentence`` says why."""

    sentence = "L’inscription n’a pas pu se faire."

    def __init__(self, sentence: str = ""):
        super().__init__(sentence or self.sentence)
        self.sentence = sentence or self.sentence


class NotAvailable(RegistrationRefused):
    """The event is not published, or not for this person: she is told no more than that."""

    sentence = "Ce rendez-vous n’existe pas, ou n’est plus en ligne."


class NeedsApproval(RegistrationRefused):
    sentence = "Ce rendez-vous est pour les membres du réseau : votre demande d’accès est encore à l’étude."


class RegisteredElsewhere(RegistrationRefused):
    sentence = "On ne s’inscrit pas ici à ce rendez-vous."


class EventCancelled(RegistrationRefused):
    sentence = "Ce rendez-vous est annulé."


class EventOver(RegistrationRefused):
    sentence = "Ce rendez-vous est passé."


class EventStarted(RegistrationRefused):
    sentence = "Ce rendez-vous a déjà commencé."


class NotStarted(RegistrationRefused):
    sentence = "Ce rendez-vous n’a pas encore commencé."


class NoSeat(RegistrationRefused):
    sentence = "Ce lien ne mène plus à ce rendez-vous : cette place a été rendue."


class AccessNotOpen(RegistrationRefused):
    """``opens_at``: the aware time from which it does."""

    sentence = "Il est encore tôt : l’accès à la visio n’est pas ouvert."

    def __init__(self, opens_at):
        super().__init__()
        self.opens_at = opens_at


class NothingToJoin(RegistrationRefused):
    sentence = "Ce rendez-vous n’a pas de visio à rejoindre."


class CycleBegun(RegistrationRefused):
    sentence = "Ce cycle a commencé : ses dates se suivent avec le même groupe."


class RegistrationNotOpen(RegistrationRefused):
    sentence = "Les inscriptions ne sont pas encore ouvertes."


class RegistrationClosed(RegistrationRefused):
    sentence = "Les inscriptions sont closes."


class RuleNotAccepted(RegistrationRefused):
    sentence = "Pour vous inscrire, acceptez la règle de confidentialité de ce rendez-vous."


class AlreadyRegistered(RegistrationRefused):
    """``registration`` is the one that exists."""

    sentence = "Vous êtes déjà sur la liste de ce rendez-vous."

    def __init__(self, registration):
        super().__init__()
        self.registration = registration


class MayNotAttend(RegistrationRefused):
    """Said to an organiser, of someone else."""

    sentence = (
        "Cette personne n’a pas accès à ce rendez-vous : "
        "son compte n’est pas validé, ou elle n’est pas du groupe."
    )


class MayNotChange(RegistrationRefused):
    sentence = "Vous n’avez pas la main sur les inscriptions de ce rendez-vous."


class NothingOffered(RegistrationRefused):
    sentence = "Aucune place n’est à prendre ici\u00a0: celles qui se libèrent vont à la file, dans l’ordre."


class SeatTaken(RegistrationRefused):
    """On offer to the whole queue, and someone was quicker."""

    sentence = "Quelqu’un a été plus rapide\u00a0: la place est prise. Vous gardez votre rang dans la file."


class NotActive(RegistrationRefused):
    sentence = "Cette inscription n’est plus active : il n’y a rien à changer."


class NothingKept(RegistrationRefused):
    sentence = "Écrivez au moins une piste : c’est ce qui reste d’un rendez-vous, dans tous les cas."


class BroughtNothing(RegistrationRefused):
    """The registration named is not one of this event, or its person was not there."""

    sentence = "Cette personne n’a pas apporté de situation à ce rendez-vous."


class NobodyToAsk(RegistrationRefused):
    """A situation that someone was asked about is not rewritten without her."""

    sentence = (
        "Un accord a été demandé pour cette situation : elle ne se réécrit pas sans la personne qui l’a apportée. "
        "Les pistes, elles, se reprennent."
    )


class NotAsked(RegistrationRefused):
    """Said to anyone but the person concerned, or where nothing is asked of her."""

    sentence = "Rien ne vous est demandé ici."


class TextChanged(RegistrationRefused):
    sentence = "Le texte a changé depuis que vous l’avez lu : le voici, tel qu’il est maintenant."


class TextErased(RegistrationRefused):
    sentence = "Le texte a été effacé. L’animation peut en écrire un autre : il vous serait soumis à nouveau."


class SituationSettled(RegistrationRefused):
    sentence = (
        "La fiche est publiée : c’est elle qui se reprend désormais. Les pistes peuvent encore changer ici."
    )


class AnsweredAlready(RegistrationRefused):
    sentence = "C’est déjà noté : rien n’a changé."


class FichePublished(RegistrationRefused):
    sentence = "La fiche est publiée : pour revenir sur votre accord, écrivez au centre qui l’a publiée."


class MayNotFacilitate(RegistrationRefused):
    """Said of someone else."""

    sentence = "Cette personne n’a pas de compte validé : elle ne peut pas animer un rendez-vous."


class FacilitatesAlready(RegistrationRefused):
    sentence = "Cette personne anime déjà ce rendez-vous."


class DoesNotFacilitate(RegistrationRefused):
    """The person whose name is taken off, or who hands over, is not named."""

    sentence = "L’animation a déjà changé de mains : il n’y a rien à faire."


class HandsOverToHerself(RegistrationRefused):
    sentence = "Choisissez quelqu’un d’autre que vous."


class NotOver(RegistrationRefused):
    sentence = "Ce rendez-vous n’est pas terminé."


class ClosedOutAlready(RegistrationRefused):
    sentence = "Ce rendez-vous est déjà clôturé."


class NotAllSeenTo(RegistrationRefused):
    """``items``: what is still to see to."""

    def __init__(self, items):
        left = " et ".join(item.short for item in items)
        super().__init__(f"Il reste à voir avant de clôturer\u00a0: {left}.")
        self.items = items


class NothingToEvaluate(RegistrationRefused):
    sentence = "Ce rendez-vous n’a pas d’évaluation."


class DidNotAttend(RegistrationRefused):
    """Who had no seat, or was noted absent."""

    sentence = "Ces questions sont pour les personnes qui ont suivi ce rendez-vous."


class YearNotOver(Exception):
    """The figures of a year are not frozen before it is over."""


class MayNotMark(RegistrationRefused):
    """Keeping names longer than promised is Avise's to decide."""

    sentence = "C’est l’Avise qui décide de garder une feuille d’émargement pour un financeur."


class EvidenceRefused(RegistrationRefused):
    """The sentence says what is missing, or why there is nothing to keep."""

    sentence = "Cette feuille d’émargement ne peut pas être gardée."
