"""Run every part of the bench, or those that are named."""

import argparse
import importlib
import os
import pkgutil
import sys

from tests.bench import parts

NAMES = sorted(module.name for module in pkgutil.iter_modules(parts.__path__))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    modules = {name: importlib.import_module(f"{parts.__name__}.{name}") for name in NAMES}
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(NAMES))
    for part in modules.values():
        if hasattr(part, "add_arguments"):
            part.add_arguments(parser)
    options = parser.parse_args()
    chosen = options.parts or NAMES
    if unknown := set(chosen) - set(NAMES):
        parser.error(f"no such part: {', '.join(sorted(unknown))} (there are: {', '.join(NAMES)})")
    for name in chosen:
        part = modules[name]
        say(f"\n== {name}: {part.__doc__.splitlines()[0]}")
        say(f"   {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
        if hasattr(part, "add_arguments"):
            part.run(say, options)
        else:
            part.run(say)


if __name__ == "__main__":
    main()
