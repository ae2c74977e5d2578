#!/usr/bin/env bash
# Makes: mnist_grid.png and mnist_evolution.gif in README.md and docs/images.md.
# Takes: 22 minutes at most on a quiet machine.
# Leaves: runs/reproduce/mnist_grid.png, and samples/evolution.gif in runs/reproduce/mnist.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/mnist
python scripts/train_image_gan.py mnist --run-dir $run
python scripts/sample_images.py $run -n 50 --seed 1 --out runs/reproduce/mnist_grid.png
