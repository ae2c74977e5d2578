#!/usr/bin/env bash
# Makes: the table of breast_cancer in README.md and docs/tables.md, for each of SEEDS (default: 1).
# Takes: a minute or two a seed.
# Leaves: runs/reproduce/cancer_SEED, with evaluation.json; the scores on the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

for seed in ${SEEDS:-1}; do
    run=runs/reproduce/cancer_$seed
    python scripts/train_table_gan.py breast_cancer --seed "$seed" --run-dir "$run"
    python scripts/evaluate_table.py "$run"
done
