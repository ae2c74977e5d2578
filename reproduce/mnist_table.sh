#!/usr/bin/env bash
# Makes: the table of MNIST in README.md and docs/images.md.
# Takes: 25 minutes, a few if mnist_grid.sh has trained the run.
# Leaves: runs/reproduce/mnist/evaluation.json; the scores on the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/mnist
python scripts/train_image_gan.py mnist --run-dir $run
python scripts/evaluate_images.py $run
