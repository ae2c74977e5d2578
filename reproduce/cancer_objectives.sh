#!/usr/bin/env bash
# Makes: the table of objectives on breast_cancer in docs/objectives, over SEEDS (default: 1 2 3).
# Takes: half a minute a run, nine runs a seed: a quarter of an hour.
# Leaves: runs/reproduce/cancer_OBJECTIVE_PENALTY_SEED, with evaluation.json;
#   the page runs/reproduce/cancer_objectives.html. The table takes three draws of rows where its
#   text says so, evaluation.json one.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=()
learn() { # objective, penalty, gamma
    for seed in ${SEEDS:-1 2 3}; do
        local run=runs/reproduce/cancer_$1_$2_$seed
        python scripts/train_table_gan.py breast_cancer --steps 500 --evaluate-every 500 \
            --objective "$1" --penalty "$2" --gamma "$3" --seed "$seed" --run-dir "$run"
        python scripts/evaluate_table.py "$run" --no-baselines
        runs+=("$run")
    done
}
learn relativistic r1_r2 1
learn relativistic r1 1
learn relativistic none 1
learn non_saturating r1 1
learn non_saturating none 1
learn minimax r1 1
learn hinge r1 1
learn least_squares r1 1
learn wasserstein gradient_penalty 10
python scripts/report.py "${runs[@]}" --out runs/reproduce/cancer_objectives.html
