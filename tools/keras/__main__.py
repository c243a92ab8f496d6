"""``python -m tools.keras record`` or ``python -m tools.keras compare``."""

import sys


def main(arguments: list[str]) -> int:
    """Do what the one argument names; return the exit status."""
    if arguments == ["record"]:
        from tools.keras.record import record

        record()
        return 0
    if arguments == ["compare"]:
        from tools.keras.compare import compare

        return min(compare(), 1)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
