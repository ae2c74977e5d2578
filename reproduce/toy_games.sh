#!/usr/bin/env bash
# Makes: inside_ring.png, inside_dirac.png and inside_failures.png in docs/inside.md.
# Takes: 20 seconds a game, five games: two minutes.
# Leaves: runs/reproduce/toy_GAME/stills.png, curves.png, dirac.png and film.gif.
set -euo pipefail
cd "$(dirname "$0")/.."

for game in ring discriminator_wins vanishing_gradient mode_collapse oscillation; do
    python scripts/toy_gan_2d.py $game --out runs/reproduce/toy_$game
done
