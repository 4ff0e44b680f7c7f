"""One module a part: see ``tests.bench``."""
