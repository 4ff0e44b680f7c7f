"""What the plan of improvements is made of."""

from django.db import models
from wagtail import blocks


class ActionState(models.TextChoices):
    TO_DO = "a-faire", "À faire"
    DOING = "en-cours", "En cours"
    DONE = "fait", "Fait"


class ActionBlock(blocks.StructBlock):
    quoi = blocks.CharBlock(label="Ce qui sera fait", max_length=240)
    qui = blocks.CharBlock(label="Qui s’en charge", max_length=120, required=False)
    echeance = blocks.DateBlock(label="Pour quand")
    etat = blocks.ChoiceBlock(label="Où en est-on", choices=ActionState.choices, default=ActionState.TO_DO)

    class Meta:
        icon = "tick"
        label = "Action"
