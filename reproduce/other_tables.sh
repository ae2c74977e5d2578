#!/usr/bin/env bash
# Makes: the table of wine and diabetes in docs/tables.md, over SEEDS (default: 1 2 3).
# Takes: a minute or two a run, two runs a seed: ten minutes.
# Leaves: runs/reproduce/wine_SEED and diabetes_SEED, with evaluation.json; the scores on the
#   terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

for table in wine diabetes; do
    for seed in ${SEEDS:-1 2 3}; do
        run=runs/reproduce/${table}_$seed
        python scripts/train_table_gan.py $table --seed "$seed" --run-dir "$run"
        python scripts/evaluate_table.py "$run"
    done
done
