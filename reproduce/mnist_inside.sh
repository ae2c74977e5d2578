#!/usr/bin/env bash
# Makes: inside_mnist_evolution.png, _layers.png and _push.png in docs/inside.md, and what it says.
# Takes: 23 minutes, half a minute if mnist_grid.sh has trained the run.
# Leaves: runs/reproduce/mnist/inspection.html, and its pictures in inspection/.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/mnist
python scripts/train_image_gan.py mnist --run-dir $run
python scripts/inspect_run.py $run
