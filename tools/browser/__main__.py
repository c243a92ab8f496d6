"""``python -m tools.browser records`` writes what the units in ``browser/tests`` compare with."""

import sys


def main(arguments: list[str]) -> int:
    """Do what the one argument names; return the exit status."""
    if arguments == ["records"]:
        from tools.browser.records import write

        print(write())
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
