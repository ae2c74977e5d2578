#!/usr/bin/env bash
# Makes: the scores of three stacked digits in README.md and docs/images.md.
# Takes: 50 minutes.
# Leaves: runs/reproduce/stacked_mnist, with evaluation.json; the scores on the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/stacked_mnist
python scripts/train_image_gan.py stacked_mnist --run-dir $run
python scripts/evaluate_images.py $run
