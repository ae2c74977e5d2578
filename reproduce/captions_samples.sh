#!/usr/bin/env bash
# Makes: the captions in README.md and docs/text.md.
# Takes: 78 minutes on two cores on which other trainings ran as well, less if captions_table.sh has trained the run.
# Leaves: runs/reproduce/coco_1; the captions on the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/coco_1
python scripts/train_text_gan.py coco --seed 1 --run-dir $run
python scripts/sample_text.py $run -n 10 --seed 1
