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


class NotActive(RegistrationRefused):
    sentence = "Cette inscription n’est plus active : il n’y a rien à changer."
