"""``python -m benchmarks``: measure, then write the table and the plot of docs/performance.md."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

CHOICES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""What an environment may impose on NumPy's OpenBLAS, and on no other library that is measured."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each call (default: 5)")
    parser.add_argument("--save", type=Path, help="also save the measurements as JSON")
    parser.add_argument("--from", dest="source", type=Path, help="report saved measurements")
    parser.add_argument("--no-page", action="store_true", help="leave docs/performance.md alone")
    parser.add_argument(
        "--one-thread", action="store_true", help="processor time, one thread for each library"
    )
    parser.add_argument(
        "--as-set",
        action="store_true",
        help=f"heed {' and '.join(CHOICES)}; else OpenBLAS chooses its code itself, as others do",
    )
    options = parser.parse_args()
    if not options.as_set:
        for name in CHOICES:
            os.environ.pop(name, None)
    if options.source:
        record = json.loads(options.source.read_text(encoding="utf-8"))
    else:
        from . import clock, measure

        if options.one_thread:
            clock.hold_to_one_thread()
        record = measure.everything(options.rounds)
    if options.save:
        options.save.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")
    if not options.no_page:
        from . import report

        report.write(record)


main()
