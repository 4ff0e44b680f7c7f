"""`make bench`: measurements, as ratios within one run. ``python -m tests.bench registrations`` runs one part.

A part is a module of ``tests.bench.parts`` with a docstring and a function ``run(say)``, which calls ``say``
with each line it has to tell.
"""
