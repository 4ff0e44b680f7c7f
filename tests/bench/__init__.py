"""`make bench`: measurements, as ratios within one run. ``python -m tests.bench registrations`` runs one part.

A part is a module of ``tests.bench.parts`` with a docstring and a function ``run(say)``, which calls ``say``
with each line it has to tell. One that takes options adds them in ``add_arguments(parser)`` and is run with
``run(say, options)``.
"""
