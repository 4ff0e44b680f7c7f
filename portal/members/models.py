"""People: the account, the profile, the roster they come from and the requests to join."""

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class UserQuerySet(models.QuerySet):
    def approved(self):
        return self.filter(is_active=True, approved_at__isnull=False)

    def pending(self):
        return self.filter(is_active=True, approved_at__isnull=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        """Create an account; its address is stored in lower case."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create an administrator, approved from the start."""
        fields.setdefault("approved_at", timezone.now())
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractUser):
    """An account, known by its e-mail address. Pending until ``approved_at`` (UTC) is set."""

    username = None
    email = models.EmailField(
        "adresse e-mail", unique=True, error_messages={"unique": "Cette adresse est déjà utilisée."}
    )
    approved_at = models.DateTimeField("accès au réseau depuis", null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="members_user_email_ci",
                violation_error_message="Cette adresse est déjà utilisée.",
            )
        ]
        permissions = [
            ("approve_members", "Peut valider les demandes d’accès au réseau"),
            ("see_all_drafts", "Voit les brouillons de tous les centres"),
            ("see_network_reports", "Voit les rapports de tout le réseau"),
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def save(self, *args, **kwargs):
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def is_approved(self) -> bool:
        return bool(self.is_active and self.approved_at)


class Fonction(models.TextChoices):
    CHARGEE = "chargee-accompagnement", "Chargé·e d’accompagnement DLA"
    REGIONAL = "dla-regional", "DLA régional"
    CRDLA = "crdla", "Centre de ressources (CRDLA)"
    PILOTE = "pilote", "Pilote ou partenaire du dispositif"
    AVISE = "avise", "Avise"


class Profile(models.Model):
    """What a member says of herself; shown in the directory with her consent only."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    fonction = models.CharField("fonction", max_length=30, choices=Fonction.choices, blank=True)
    structure = models.CharField("structure", max_length=160, blank=True)
    departement = models.ForeignKey(
        "themes.Departement", verbose_name="département", null=True, blank=True, on_delete=models.SET_NULL
    )
    region = models.ForeignKey(
        "themes.Region",
        verbose_name="région",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="profiles",
    )
    themes = models.ManyToManyField("themes.Theme", verbose_name="thèmes suivis", blank=True)
    presentation = models.TextField("présentation", max_length=600, blank=True)
    in_directory = models.BooleanField("visible dans l’annuaire du réseau", default=False)
    is_demonstration = models.BooleanField("personnage de démonstration", default=False, editable=False)

    class Meta:
        verbose_name = "profil"
        verbose_name_plural = "profils"

    def __str__(self):
        return str(self.user)

    def is_complete(self) -> bool:
        """Tell whether the four things that a request is judged on are there."""
        return bool(self.user.get_full_name() and self.fonction and self.structure and self.region_id)


class RosterEntry(models.Model):
    """A person the network expects, as imported from its roster. An account with this address is approved."""

    email = models.EmailField("adresse e-mail")
    name = models.CharField("nom", max_length=160)
    fonction = models.CharField("fonction", max_length=30, choices=Fonction.choices)
    departement = models.ForeignKey(
        "themes.Departement", verbose_name="département", null=True, blank=True, on_delete=models.SET_NULL
    )
    region = models.ForeignKey(
        "themes.Region", verbose_name="région", null=True, blank=True, on_delete=models.SET_NULL
    )
    bearer = models.CharField("structure porteuse", max_length=160, blank=True)
    imported_at = models.DateTimeField("importée le")
    invited_at = models.DateTimeField("invitation envoyée le", null=True, blank=True)
    user = models.OneToOneField(
        User,
        verbose_name="compte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="roster_entry",
    )

    class Meta:
        verbose_name = "personne attendue"
        verbose_name_plural = "liste du réseau"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="members_roster_email_ci",
                violation_error_message="Cette adresse est déjà dans la liste.",
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.email})"


class AccessRequest(models.Model):
    """Someone the roster does not know asks to join: the animators of her region look at it, then Avise."""

    class State(models.TextChoices):
        REGION = "region", "chez l’animation régionale"
        AVISE = "avise", "chez l’Avise"
        APPROVED = "approved", "acceptée"
        REFUSED = "refused", "refusée"

    OPEN = (State.REGION, State.AVISE)

    user = models.ForeignKey(
        User, verbose_name="compte", on_delete=models.CASCADE, related_name="access_requests"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.REGION)
    region = models.ForeignKey("themes.Region", verbose_name="région", null=True, on_delete=models.SET_NULL)
    message = models.TextField("message", max_length=600, blank=True)
    created_at = models.DateTimeField("déposée le")
    escalates_at = models.DateTimeField("passe à l’Avise le")
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name="décidée par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "demande d’accès"
        verbose_name_plural = "demandes d’accès"
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["region", "avise"]),
                name="members_one_open_request",
                violation_error_message="Une demande est déjà en cours.",
            )
        ]

    def __str__(self):
        return f"{self.user} ({self.get_state_display()})"
