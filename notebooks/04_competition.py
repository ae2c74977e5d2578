# %% [markdown]
# # 4. The competition
#
# A **generative adversarial network (réseau antagoniste génératif)**, GAN, is two networks in
# competition. The **generator (générateur)** turns random numbers into samples; the
# **discriminator (discriminateur)** tells them from real ones. Each learns from the other. You play
# this game in the plane, where all of it can be seen, understand on the smallest GAN of all why it
# tends to circle, and then let the project's engine learn to write digits.
#
# **At the end you will be able to** write down the game and its solution, say why two gradient
# descents may circle for ever, explain what a gradient penalty changes, and train and judge an
# image GAN.
#
# **You need** notebooks 1 to 3.
#
# **Time.** Two to three minutes to run, about two hours to read with the exercises.
#
# The next cell loads the tools; in Colab it first installs the project. `BACKEND` may be `"jax"`.

# %%
BACKEND = "tensorflow"  # or "jax"

import os
import subprocess
import sys

if "google.colab" in sys.modules:
    # The project has no public address yet. Make a wheel of it (`pip wheel --no-deps .`), upload
    # that here, and name it in a cell before this one: %env TEXTGAN_SOURCE=/content/textgan....whl
    command = [sys.executable, "-m", "pip", "install", "-q", os.environ["TEXTGAN_SOURCE"]]
    subprocess.run(command, check=True)

from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from textgan.backend import use_backend

use_backend(BACKEND)
from textgan.gan.run_folder import read_telemetry
from textgan.gan.settings import LoopSettings
from textgan.grids import grid as lay_out
from textgan.grids import to_pixels
from textgan.images.datasets import load_images
from textgan.images.domain import IMAGES
from textgan.images.model import ImageModel
from textgan.images.settings import PRESETS as IMAGE_PRESETS
from textgan.images.settings import ImageNetworkSettings
from textgan.inspection.dirac import dirac_field, dirac_path
from textgan.inspection.toy import REACH, modes_found, play
from textgan.inspection.toy_settings import PRESETS
from textgan.runs import train_run

plain = {"figure.facecolor": "white", "figure.constrained_layout.use": True}
plt.style.use(["grayscale", plain])

# %% [markdown]
# ## The game
#
# Let $p$ be the distribution of the data and $q$ that of the generator's samples. The discriminator
# gives each sample $x$ a probability $D(x)$ of being real. It wants to be right, and the generator
# wants it to be wrong (Goodfellow et al. 2014):
#
# $$\min_q \max_D V, \qquad
#   V = \mathbb{E}_{x \sim p} \log D(x) + \mathbb{E}_{x \sim q} \log (1 - D(x)).$$
#
# This is a **minimax game (jeu minimax)**. For fixed $p$ and $q$ the best discriminator can be
# worked out: at each $x$ it is $D^*(x) = \frac{p(x)}{p(x) + q(x)}$. Put into $V$, it gives
# $V^* = 2\,\mathrm{JS}(p, q) - \log 4$, where $\mathrm{JS}$, the **Jensen-Shannon divergence
# (divergence de Jensen-Shannon)**, is 0 where $p = q$ and positive everywhere else. So against a
# perfect discriminator, the generator wins exactly by making $q = p$. Let us check both claims on
# two bell curves.

# %%
x = np.linspace(-12, 12, 4001)
width = x[1] - x[0]


def bell(centre, deviation):
    return np.exp(-(((x - centre) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))


def value(p, q, judgement):
    return ((p * np.log(judgement) + q * np.log(1 - judgement)) * width).sum()


def divergence(p, q):
    """Return the Jensen-Shannon divergence of two densities on the grid, in nats."""
    middle = (p + q) / 2
    return sum((density * np.log(density / middle)).sum() * width / 2 for density in (p, q))


p, q = bell(-1, 1), bell(1.5, 1.3)
best = p / (p + q)
rng = np.random.default_rng(0)
others = []
for _ in range(200):
    logit = np.log(best / (1 - best)) + rng.normal() * np.sin(rng.normal() * x + rng.normal())
    others.append(value(p, q, 1 / (1 + np.exp(-logit))))
print(f"best discriminator {value(p, q, best):.6f}, best of 200 others {max(others):.6f}")
print(f"2 JS - log 4       {2 * divergence(p, q) - np.log(4):.6f}")
assert max(others) < value(p, q, best)
assert np.isclose(value(p, q, best), 2 * divergence(p, q) - np.log(4), atol=1e-6)

plt.figure(figsize=(7, 3))
plt.plot(x, p, "-", label="p: real")
plt.plot(x, q, "--", color="0.4", label="q: generated")
plt.plot(x, best, ":", color="black", label="D*: probability of being real")
plt.xlabel("x")
plt.xlim(-6, 6)
plt.ylabel("density, probability")
plt.legend()
plt.show()

# %% [markdown]
# The dotted curve says "real" on the left, "generated" on the right, and changes its mind where the
# two densities cross. Its slope tells the generator where to go: to the left.
#
# In practice neither player is perfect. Both are networks, and they take turns, one step of
# gradient descent each. That changes everything, as we will see. Instead of $D$ the networks
# compute its logit: $D = \sigma(\text{logit})$.
#
# ## The game in the plane
#
# Real points lie in eight heaps on a ring. The generator is a network from 4 random numbers to a
# point, the discriminator one from a point to a logit. `play` trains both with the project's engine
# and takes pictures on the way. `PRESETS["ring"]` is the engine's default game, in which each
# generated point is compared with a real one (**relativistic GAN, GAN relativiste**;
# Jolicoeur-Martineau 2018), with penalties to which we come below.

# %%
film = play(PRESETS["ring"])


def show_frames(film, numbers):
    """Draw frames: logit as shades and lines (bright is real), real and generated points."""
    _, row = plt.subplots(1, len(numbers), figsize=(3.1 * len(numbers), 3.4), sharey=True)
    ticks = np.linspace(-REACH, REACH, film.frames[0].field.shape[0])
    for axes, number in zip(row, numbers, strict=True):
        frame = film.frames[number]
        axes.contourf(ticks, ticks, frame.field, 12, cmap="gray", alpha=0.5)
        axes.contour(ticks, ticks, frame.field, 12, colors="0.6", linewidths=0.5)
        axes.plot(*film.real[:300].T, "+", color="black", markersize=4, label="real")
        axes.plot(*frame.points[:300].T, "o", mfc="white", mec="black", ms=3, label="generated")
        push = frame.push / (np.linalg.norm(frame.push, axis=1, keepdims=True) + 1e-9)
        axes.quiver(*frame.followed.T, *push.T, color="black", scale=12, width=0.008)
        axes.set(title=f"step {frame.step}", xlabel="x", aspect="equal")
        axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
    row[0].set_ylabel("y")
    row[0].legend(fontsize=8, loc="upper left")
    plt.show()


show_frames(film, [0, 4, 10, 50])
found = [modes_found(frame.points, "ring") for frame in film.frames]
print("heaps found:", {film.frames[n].step: found[n] for n in (0, 4, 10, 50)})
assert found[0] < 3
assert found[-1] == 8

# %% [markdown]
# Bright regions are those that the discriminator takes for real; the arrows show which way it
# pushes some of the generated points. At first the generated points are a smear in the middle. Soon
# they are all over the place and are pushed outwards, then they reach the ring and gather on the
# heaps. The middle stays dark, since some points are still on the bridges between the heaps.
#
# The telemetry tells the same story in numbers. The **gap (écart)** is how much higher real points
# are rated than generated ones on average, the accuracy how often the real one of a pair is rated
# higher. Compare them with the value for a discriminator that only guesses (dashed).


# %%
def show_curves(films, keys, guesses):
    """Draw telemetry, a line for each film."""
    _, row = plt.subplots(1, len(keys), figsize=(3.4 * len(keys), 2.8))
    for axes, key, guess in zip(row, keys, guesses, strict=True):
        for (name, film), style in zip(films.items(), ("-", ":", "-."), strict=False):
            axes.plot(
                [r["step"] for r in film.rows], [r[key] for r in film.rows], style, label=name
            )
        axes.axhline(guess, color="0.6", linestyle="--")
        axes.set(xlabel="step", ylabel=key.replace("_", " "))
    row[0].legend(fontsize=8)
    plt.show()


show_curves({"ring": film}, ("discriminator_loss", "logit_gap", "accuracy"), (np.log(2), 0.0, 0.5))
assert film.rows[-1]["logit_gap"] < film.rows[0]["logit_gap"]
assert 0.5 < film.rows[-1]["accuracy"] < 0.9

# %% [markdown]
# No loss falls towards zero here, and none should. The discriminator's loss stays just below that
# of a guess, since it keeps a small lead, while the gap shrinks as the generator learns. The
# accuracy climbs a little at the end, although nothing gets worse: being right is one thing, by how
# much is another. **The loss of a GAN does not say how good it is**; look at the samples, and
# count.
#
# ## Why it circles
#
# The smallest GAN that there is, **Dirac-GAN** (Mescheder et al. 2018): one real point at 0, one
# generated point at $\theta$, and a discriminator that is a straight line, $\psi x$. The only
# place where nobody wants to move is $\theta = \psi = 0$. With the losses of a Wasserstein GAN it
# is the game $\min_\theta \max_\psi -\psi\theta$ from the end of notebook 1. `dirac_path` plays it
# with the engine's own losses and penalties. The pictures show four ways of playing; the arrows
# are the directions in which the two players want to go.

# %%
WAYS = {
    "minimax, both at once": ("minimax", "none", 0.0, True),
    "minimax, in turns": ("minimax", "none", 0.0, False),
    "non-saturating, R1": ("non_saturating", "r1", 1.0, False),
    "relativistic, R1 and R2": ("relativistic", "r1_r2", 1.0, False),
}
ticks = np.linspace(-2, 2, 11)
places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
figure, row = plt.subplots(1, 4, figsize=(12, 3.4), sharey=True)
distances = {}
for axes, (name, (objective, penalty, gamma, at_once)) in zip(row, WAYS.items(), strict=True):
    path = dirac_path(objective, penalty, gamma, simultaneous=at_once)
    axes.quiver(*places.T, *dirac_field(objective, penalty, gamma, places).T, color="0.6")
    axes.plot(*path.T, "k-", linewidth=1)
    axes.plot(*path[0], "ks")
    axes.plot(0, 0, "k+", markersize=14)
    axes.set(title=name, xlabel="theta: generated point", xlim=(-2.2, 2.2), ylim=(-2.2, 2.2))
    distances[name] = np.linalg.norm(path, axis=1)
row[0].set_ylabel("psi: slope of the discriminator")
plt.show()
for name, distance in distances.items():
    print(f"{name}: from {distance[0]:.2f} to {distance[-1]:.3f} in {len(distance) - 1} steps")
outwards, around, *inwards = distances.values()
assert outwards[-1] > 1.5 * outwards[0]
assert 0.7 < min(around[-100:] / around[0]) <= max(around[-100:] / around[0]) < 1.4
assert all(distance[-1] < 0.01 for distance in inwards)

# %% [markdown]
# The discriminator tilts so as to push the generated point back to 0. The point starts to move, and
# while it moves the tilt goes on; so it arrives at full speed and shoots past. If both move at once
# they spiral outwards, in turns they circle for ever. Nothing is badly tuned here: the arrows
# themselves go round in circles.
#
# ## What penalties do
#
# The two games on the right arrive. They add to the discriminator's loss
#
# $$R_1 = \frac{\gamma}{2}\, \mathbb{E}_{x \sim p} \|\nabla_x \text{logit}(x)\|^2, \qquad
#   R_2 = \text{the same on generated samples},$$
#
# **gradient penalties (pénalités de gradient)**: a steep discriminator pays for it. In Dirac-GAN
# the gradient of the logit is $\psi$, so $R_1$ pulls $\psi$ towards 0 like friction, and friction
# is what turns a circle into a spiral inwards.
#
# With Wasserstein losses the game is linear and can be solved. One step of both at once with
# rate $h$ is the matrix
#
# $$\begin{pmatrix} 1 & h \\ -h & 1 - h\gamma \end{pmatrix},$$
#
# and its largest eigenvalue says by what factor a step changes the distance in the long run. How
# much friction is best? Compare played games (marks) with the eigenvalue (line).

# %%
RATE, STEPS = 0.1, 200
gammas = np.array([0.0, 0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0])
factors = []
for gamma in gammas:
    path = dirac_path("wasserstein", "r1", float(gamma), RATE, STEPS, simultaneous=True)
    lengths = np.linalg.norm(path, axis=1)
    factors.append((lengths[-1] / lengths[0]) ** (1 / STEPS))
finely = np.linspace(0, 8, 400)
steps = [np.array([[1, RATE], [-RATE, 1 - RATE * gamma]]) for gamma in finely]
theory = np.array([np.abs(np.linalg.eigvals(step)).max() for step in steps])

plt.figure(figsize=(7, 3.2))
plt.plot(finely, theory, "-", color="0.5", label="largest eigenvalue")
plt.plot(gammas, factors, "ko", label="played")
plt.axhline(1, color="black", linewidth=0.7)
plt.xlabel("gamma: weight of the penalty")
plt.ylabel("factor per step")
plt.legend()
plt.show()
assert np.isclose(factors[0], np.sqrt(1 + RATE**2), atol=1e-4)
assert np.allclose(factors, np.interp(gammas, finely, theory), atol=0.02)
assert np.argmin(factors) not in (0, len(gammas) - 1)

# %% [markdown]
# Above the thin line the players move apart, below it they come together. Without penalty the
# factor is $\sqrt{1 + h^2}$, which you met in notebook 1. A little friction suffices, $\gamma = 2$
# is best here, and too much makes the discriminator so sluggish that the game slows down again:
# $\gamma$ is a quantity to tune, not to maximise.
#
# Now back to the plane. We play the ring once more without any penalty; everything else is the
# same. Compare the pictures with those above, then the gaps.

# %%
free = replace(PRESETS["ring"].game, penalty="none", gamma=0.0)
without = play(replace(PRESETS["ring"], game=free))
show_frames(without, [4, 10, 30, 50])
show_curves({"with penalties": film, "without": without}, ("logit_gap", "accuracy"), (0.0, 0.5))
counts = [modes_found(frame.points, "ring") for frame in without.frames]
print("heaps found, every 10th picture: with penalties", found[::10], "without", counts[::10])
gaps = [np.mean([row["logit_gap"] for row in f.rows[-20:]]) for f in (film, without)]
print(f"gap in the last pictures: with penalties {gaps[0]:.2f}, without {gaps[1]:.2f}")
assert counts[-1] == 8
assert gaps[1] > 1.5 * gaps[0]

# %% [markdown]
# An honest result: here the penalty is not needed. Both games find all eight heaps, and the
# pictures are hard to tell apart. What differs is the gap, which is several times larger without:
# the discriminator exaggerates what it knows, and nothing but the generator's speed keeps it in
# check. In two dimensions with gentle learning rates that is enough. Among images, where there are
# so many more ways to tell real from generated, it is not; and notebook 5 shows games in the plane,
# without penalties, that are lost.
#
# ## A GAN that writes digits
#
# The same engine trains image GANs; only the networks and the data change. `train_run` takes
# settings and a **run folder (dossier d'exécution)**, in which it puts its telemetry, pictures, and
# the trained generator. Training a small classifier comes first: it is the judge that will count
# digits, and plays no part in the game.

# %%
preset = IMAGE_PRESETS["digits"]
settings = replace(
    preset,
    network=ImageNetworkSettings(generator_width=32, discriminator_width=32),
    game=replace(preset.game, generator_rate=1e-3, discriminator_rate=1e-3, ema_halflife=50.0),
    loop=LoopSettings(steps=500, log_every=20, evaluate_every=100),
)
run = Path("runs/digits")
train_run(IMAGES, settings, run, seed=1)

# %% [markdown]
# The lines above are the classifier's training and five evaluations on the way. On the left of the
# next picture are sixty images from the trained generator, on the right sixty real ones.

# %%
data = load_images("digits")
model = ImageModel.load(run)
figure, row = plt.subplots(1, 2, figsize=(9, 3.1))
for axes, images, title in zip(
    row,
    (model.sample(60, seed=3), data.train.floats(np.arange(60))),
    ("generated, not chosen", "real"),
    strict=True,
):
    axes.imshow(lay_out(to_pixels(images), columns=10).squeeze(), cmap="gray")
    axes.set_title(title)
    axes.axis("off")
plt.show()

# %% [markdown]
# Many of the generated digits can be read; others are strokes that no hand would make. The lines
# printed above may surprise you: the discriminator's win rate is 1. It sees the statistics of a
# whole batch (notebook 5 shows what for), and sixty ragged digits together give themselves away
# although each alone might pass. It is right, by little: the gap stays below 1, and a small lead
# still teaches.
#
# Three numbers were written down on the way. `modes` counts which of the ten digits occur at all
# among 360 samples; `class_kl` says how unevenly they occur, in nats (0 is as in the data);
# `frechet_ratio` is a distance between generated and training images in the classifier's eyes,
# divided by that of real test images (1 is as good as real).

# %%
rows = [row for row in read_telemetry(run) if "frechet_ratio" in row]
steps = [row["step"] for row in rows]
_, axes_row = plt.subplots(1, 3, figsize=(10, 2.8))
for axes, key, ideal in zip(
    axes_row, ("modes", "class_kl", "frechet_ratio"), (10, 0, 1), strict=True
):
    axes.plot(steps, [row[key] for row in rows], "ko-")
    axes.axhline(ideal, color="0.6", linestyle="--")
    axes.set(xlabel="step", ylabel=key.replace("_", " "))
plt.show()
print({key: round(rows[-1][key], 3) for key in ("modes", "class_kl", "frechet_ratio")})
assert rows[-1]["modes"] == 10
assert rows[-1]["class_kl"] < 0.3
assert rows[-1]["frechet_ratio"] < rows[0]["frechet_ratio"]

# %% [markdown]
# The dashed lines are what real images get. All ten digits are there, about as often as they should
# be. The distance has fallen and is still many times that of real test images: 500 steps with small
# networks are few. (`python scripts/train_image_gan.py digits` trains to the end, and `mnist` in
# the same way on large digits.)
#
# At last, a walk. The noise is the generator's only input, and neighbouring noise gives
# neighbouring images. Move from one noise vector to another in twelve steps and look for the place
# where one digit becomes another.

# %%
walks = np.concatenate([next(model.interpolate(12, seed=seed)) for seed in (1, 2, 3)])
plt.figure(figsize=(9, 2.6))
plt.imshow(lay_out(to_pixels(walks), columns=12).squeeze(), cmap="gray")
plt.axis("off")
plt.show()
neighbours = np.abs(np.diff(walks.reshape(3, 12, -1), axis=1)).mean()
ends = np.abs(walks[::12] - walks[11::12]).mean()
print(f"mean change of a pixel: {neighbours:.2f} from step to step, {ends:.2f} from end to end")
assert neighbours < ends / 2

# %% [markdown]
# The change is smooth. In between there are shapes that are no digit, as there must be: a
# continuous map cannot jump. With words this will be a problem, and notebook 7 begins with it.

# %% [markdown]
# ## Exercises
#
# 1. Show that $D^* = p/(p + q)$.
#
# <details><summary>Answer</summary>
#
# At each $x$ maximise $p \log D + q \log(1 - D)$ over $D$. The derivative $p/D - q/(1 - D)$ is zero
# at $D = p/(p+q)$, and the second derivative is negative everywhere.
# </details>
#
# 2. What does a perfect discriminator tell the generator when $p$ and $q$ do not overlap at all?
#
# <details><summary>Answer</summary>
#
# $D^*$ is 1 on one side and 0 on the other, the divergence is $\log 2$ wherever $q$ stands, so
# there is no slope to follow (Arjovsky and Bottou 2017). Penalties and instance noise both keep
# such a discriminator away. Notebook 5 watches it happen.
# </details>
#
# 3. Play Dirac-GAN with `"wasserstein"` and `"gradient_penalty"`. Does it arrive?
#
# <details><summary>Answer</summary>
#
# No. That penalty pulls the slope to 1 rather than to 0, and at the equilibrium the slope must be
# 0. It keeps the players from running away, and keeps them circling.
# </details>
#
# 4. Play the ring with `gamma` a hundred times larger. What do the shades look like?
#
# <details><summary>Answer</summary>
#
# Nearly flat all the time: the discriminator may not be steep anywhere, so it pushes weakly, and
# the points need far longer to reach the heaps. That is the right end of the curve above.
# </details>

# %% [markdown]
# ## What to read
#
# * I. Goodfellow et al., *Generative adversarial nets*, 2014: the game, in nine pages.
# * M. Arjovsky and L. Bottou, *Towards principled methods for training generative adversarial
#   networks*, 2017: what a perfect discriminator does.
# * L. Mescheder, A. Geiger and S. Nowozin, *Which training methods for GANs do actually converge?*,
#   2018: Dirac-GAN and the penalties.
# * A. Jolicoeur-Martineau, *The relativistic discriminator*, 2018.
# * N. Huang et al., *The GAN is dead; long live the GAN! A modern baseline GAN*, 2024: the recipe
#   that the engine follows.
#
# Next: [5. Runs that fail](05_runs_that_fail.ipynb).
