#!/usr/bin/env bash
# Makes: the table of MNIST with clusters and with classes in docs/images.md.
# Takes: 25 minutes a run on one core, two runs.
# Leaves: runs/reproduce/mnist_clusters and mnist_conditional, with evaluation.json; the scores on
#   the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

for condition in "clusters 100" conditional; do
    run=runs/reproduce/mnist_${condition% *}
    read -ra option <<<"--$condition"
    python scripts/train_image_gan.py mnist "${option[@]}" --run-dir "$run"
    python scripts/evaluate_images.py "$run"
done
