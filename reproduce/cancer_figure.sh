#!/usr/bin/env bash
# Makes: tables.png in README.md and docs/tables.md.
# Takes: a minute or two.
# Leaves: runs/reproduce/cancer_1/report.html, the page on which the figure stands.
set -euo pipefail
cd "$(dirname "$0")/.."

SEEDS=1 bash reproduce/cancer_table.sh
python scripts/report.py runs/reproduce/cancer_1
