#!/usr/bin/env bash
# Makes: the sentences of the built-in language and their shares, in README.md and docs/text.md.
# Takes: 6 minutes on 2 cores.
# Leaves: runs/reproduce/scenes, with evaluation.json; the sentences on the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/scenes
python scripts/train_text_gan.py scenes --run-dir $run
python scripts/sample_text.py $run -n 8 --seed 1
python scripts/evaluate_text.py $run
