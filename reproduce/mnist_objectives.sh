#!/usr/bin/env bash
# Makes: mnist_objectives.png and the table of objectives on MNIST in docs/objectives, over SEEDS
#   (default: 1 2 3).
# Takes: a minute and a half a run, six runs a seed: half an hour.
# Leaves: the sweep runs/reproduce/mnist_objectives, and its page report.html.
set -euo pipefail
cd "$(dirname "$0")/.."

sweep=runs/reproduce/mnist_objectives
over=relativistic+r1_r2+.3,wasserstein+gradient_penalty+10,non_saturating+r1+.3,hinge+r1+.3
over=$over,least_squares+r1+.3,minimax+r1+.3
python scripts/sweep.py images mnist --over "objective+penalty+gamma=$over" --evaluate \
    --seeds ${SEEDS:-1 2 3} --mapping-layers 0 --steps 800 --evaluate-every 400 --sweep-dir $sweep
python scripts/report.py $sweep
