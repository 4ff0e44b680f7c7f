"""What the apps above may want to know of, without registrations knowing them."""

from django.dispatch import Signal

#: A takeaway was answered, or its situation rewritten or erased. Sent in the transaction of the change, with
#: ``takeaway`` (as it is now), ``former_situation`` (what others than the facilitators could read of it until
#: now, "" for nothing) and ``now`` (aware).
takeaway_changed = Signal()
