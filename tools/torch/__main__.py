"""``python -m tools.torch record`` or ``python -m tools.torch compare``."""

import sys

from tools.torch.record import compare, record


def main(arguments: list[str]) -> int:
    """Do what the one argument names; return the exit status."""
    if arguments == ["record"]:
        record()
        return 0
    if arguments == ["compare"]:
        return min(compare(), 1)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
