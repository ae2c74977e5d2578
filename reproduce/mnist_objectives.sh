#!/usr/bin/env bash
# Makes: mnist_objectives.png and the table of objectives on MNIST in docs/objectives, over SEEDS
#   (default: 1 2 3).
# Takes: a minute and a half a run, six runs a seed: half an hour.
# Leaves: runs/reproduce/mnist_OBJECTIVE_SEED; the page runs/reproduce/mnist_objectives.html.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=()
learn() { # objective, penalty, gamma
    for seed in ${SEEDS:-1 2 3}; do
        local run=runs/reproduce/mnist_$1_$seed
        python scripts/train_image_gan.py mnist --mapping-layers 0 --steps 800 --evaluate-every 400 \
            --objective "$1" --penalty "$2" --gamma "$3" --seed "$seed" --run-dir "$run"
        python scripts/evaluate_images.py "$run"
        runs+=("$run")
    done
}
learn relativistic r1_r2 .3
learn wasserstein gradient_penalty 10
learn non_saturating r1 .3
learn hinge r1 .3
learn least_squares r1 .3
learn minimax r1 .3
python scripts/report.py "${runs[@]}" --out runs/reproduce/mnist_objectives.html
