#!/usr/bin/env bash
# Makes: the table of news in docs/text.md.
# Takes: about an hour on two cores on which other trainings ran as well.
# Leaves: runs/reproduce/news_1 and runs/reproduce/news_language_model; scores and samples on the terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

run=runs/reproduce/news_1 model=runs/reproduce/news_language_model
python scripts/train_text_gan.py news --seed 1 --run-dir $run
python scripts/train_language_model.py emnlp-news --run-dir $model
python scripts/evaluate_text.py $run
python scripts/evaluate_text.py $model
python scripts/sample_text.py $run -n 10 --seed 1
