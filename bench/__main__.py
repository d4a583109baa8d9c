"""`make bench`: ours beside stock Rasa, on the same cores, in one run."""

import argparse
import asyncio
import json
import os
import platform
from datetime import UTC, datetime

from bench.processes import VAR
from bench.run import FULL, QUICK, measure
from bench.stock import stock_project
from bench.table import Row, table

RESULT = VAR / "result.json"
BUSY = 0.5  # load for each core, before we begin


def main() -> int:
    """Print the table, whatever it says, and keep it as JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few rounds, rough figures"
    )
    arguments = parser.parse_args()
    VAR.mkdir(parents=True, exist_ok=True)
    project = stock_project()
    load = os.getloadavg()[0]
    rows = asyncio.run(measure(project, QUICK if arguments.quick else FULL))
    print(f"\n{table(rows)}\n\n{_surroundings(load)}")
    _keep(rows, load, quick=arguments.quick)
    return 0


def _surroundings(load: float) -> str:
    cores = os.cpu_count() or 1
    sentence = f"{cores} cores, load {load:.1f} before the start."
    if load > BUSY * cores:
        sentence += " Other work was under way: times are too long, on both sides."
    return f"{sentence} Kept in {RESULT.relative_to(VAR.parent.parent)}."


def _keep(rows: list[Row], load: float, *, quick: bool) -> None:
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "kind": platform.machine()},
        "load_before": load,
        "quick": quick,
        "rows": [row.as_json() for row in rows],
    }
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
