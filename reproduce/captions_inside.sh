#!/usr/bin/env bash
# Makes: inside_captions_points.png and inside_captions_crowd.png in docs/inside.md, and what it says.
# Takes: 81 minutes on two busy cores, three if captions_table.sh has trained the run.
# Leaves: runs/reproduce/coco_1/inspection.html, and its pictures in inspection/.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/coco_1
python scripts/train_text_gan.py coco --seed 1 --run-dir $run
python scripts/inspect_run.py $run
