#!/usr/bin/env bash
# Makes: the table of objectives on breast_cancer in docs/objectives, over SEEDS (default: 1 2 3).
# Takes: half a minute a run, nine runs a seed: a quarter of an hour.
# Leaves: the sweep runs/reproduce/cancer_objectives, each run with evaluation.json, and its page
#   report.html. The table takes three draws of rows where its text says so, evaluation.json one.
set -euo pipefail
cd "$(dirname "$0")/.."

sweep=runs/reproduce/cancer_objectives
over=relativistic+r1_r2+1,relativistic+r1+1,relativistic+none+1,non_saturating+r1+1
over=$over,non_saturating+none+1,minimax+r1+1,hinge+r1+1,least_squares+r1+1
over=$over,wasserstein+gradient_penalty+10
python scripts/sweep.py tables breast_cancer --over "objective+penalty+gamma=$over" --evaluate \
    --seeds ${SEEDS:-1 2 3} --steps 500 --evaluate-every 500 --sweep-dir $sweep
python scripts/report.py $sweep
