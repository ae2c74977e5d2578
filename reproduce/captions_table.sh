#!/usr/bin/env bash
# Makes: the table of captions in README.md and docs/text.md, for each of SEEDS (default: 1).
# Takes: 78 minutes a seed on two cores on which other trainings ran as well; the language model comes on top and was not timed.
# Leaves: runs/reproduce/coco_SEED, with evaluation.json and truncation.json;
#   runs/reproduce/captions_language_model; the scores on the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

for seed in ${SEEDS:-1}; do
    run=runs/reproduce/coco_$seed
    python scripts/train_text_gan.py coco --seed "$seed" --run-dir "$run"
    python scripts/evaluate_text.py "$run"
done
python scripts/mle_frontier.py coco-captions --temperatures .9 1 \
    --run-dir runs/reproduce/captions_language_model
