#!/usr/bin/env bash
# Makes: captions_plane.png and captions_curves.png in README.md and docs/text.md.
# Takes: 80 minutes on two busy cores, less if captions_table.sh has trained the run; the language model was not timed.
# Leaves: runs/reproduce/coco_1/report.html, the page on which both figures stand.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/coco_1
python scripts/train_text_gan.py coco --seed 1 --run-dir $run
python scripts/train_language_model.py coco-captions --run-dir runs/reproduce/captions_language_model
python scripts/evaluate_text.py $run --truncation-curve .8 1.2 1.4 --keep-curve .25 .5 .75 \
    --language-model runs/reproduce/captions_language_model
python scripts/report.py $run
