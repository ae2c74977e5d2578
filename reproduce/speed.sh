#!/usr/bin/env bash
# Makes: the numbers of speed in docs/text.md.
# Takes: 10 minutes, on a machine that does nothing else.
# Leaves: the numbers on the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

python benchmarks/evaluation_speed.py
for preset in scenes coco; do
    python benchmarks/training_speed.py $preset --rounds 2 --seconds 4
done
python benchmarks/sampling_speed.py coco --batch-sizes 512 --repeats 5
