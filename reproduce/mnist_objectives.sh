#!/usr/bin/env bash
# Makes: objectives_mnist.png and the table of objectives on MNIST in docs/objectives, over SEEDS
#   (default: 1 2 3).
# Takes: four and a half minutes a run on one core, six runs a seed: 43 minutes by two processes.
# Leaves: the sweep runs/reproduce/mnist_objectives, and its page report.html.
set -euo pipefail
cd "$(dirname "$0")/.."

sweep=runs/reproduce/mnist_objectives
over=relativistic+r1_r2+.1+8e-4+8e-4,wasserstein+gradient_penalty+10+8e-4+8e-4
over=$over,non_saturating+r1+1+8e-4+8e-4,hinge+r1+1+8e-4+8e-4
over=$over,minimax+r1+1+8e-4+8e-4,least_squares+r1+3+4e-4+4e-4
for worker in 1 2; do
    python scripts/sweep.py images mnist --steps 5000 --seeds ${SEEDS:-1 2 3} --evaluate \
        --over "objective+penalty+gamma+generator_rate+discriminator_rate=$over" \
        --sweep-dir $sweep &
done
wait
python scripts/report.py $sweep
