# %% [markdown]
# # 5. Runs that fail, and how to see it
#
# Most GANs that somebody trains fail, and the losses hardly show it. In this notebook four games in
# the plane fail on purpose, each in its own way, beside one that goes well. You learn to tell them
# apart by their numbers alone, since with images or sentences there is no plane to look at.
#
# **At the end you will be able to** recognise a discriminator that wins, vanishing gradients, mode
# collapse and oscillation in a run's telemetry, say what causes each, and know what to change
# first.
#
# **You need** notebook 4.
#
# **Time.** About a minute to run, an hour to read with the exercises.
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

import matplotlib.pyplot as plt
import numpy as np

from textgan.backend import use_backend

use_backend(BACKEND)
from keras import ops

from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.diagnosis import diagnose
from textgan.gan.layers import batch_moments
from textgan.gan.objectives import OBJECTIVES
from textgan.images.datasets import load_images
from textgan.inspection.toy import REACH, draw_points, modes_found, play
from textgan.inspection.toy_settings import PRESETS
from textgan.metrics.images import class_scores

plain = {"figure.facecolor": "white", "figure.constrained_layout.use": True}
plt.style.use(["grayscale", plain])

# %% [markdown]
# ## Five games
#
# All five learn eight heaps on a ring, for 500 steps. `PRESETS` is a table of settings; what is
# wrong with the last four is said below, game by game. Look first at how little their losses tell:
# which one would you stop?

# %%
NAMES = ("ring", "discriminator_wins", "vanishing_gradient", "mode_collapse", "oscillation")
films = {name: play(replace(PRESETS[name], steps=500, frames=26)) for name in NAMES}


def show_curves(names, keys):
    """Draw telemetry, a line for each game."""
    _, row = plt.subplots(1, len(keys), figsize=(4.2 * len(keys), 3), squeeze=False)
    for axes, key in zip(row[0], keys, strict=True):
        for name, style in zip(names, ("-", "--", ":", "-.", (0, (1, 4))), strict=False):
            rows = films[name].rows
            steps, values = ([row[k] for row in rows] for k in ("step", key))
            axes.plot(steps, values, linestyle=style, color="black", label=name)
        axes.set(xlabel="step", ylabel=key.replace("_", " "))
    row[0, -1].legend(fontsize=8)
    plt.show()


show_curves(NAMES, ("discriminator_loss", "generator_loss"))

# %% [markdown]
# One discriminator's loss falls nicely to nothing, and that game is lost. The good one lies flat
# near its start, but so does the one that will collapse. A loss of a game is measured against an
# opponent who changes, so by itself it says little. We look at samples first. How many of the eight
# heaps has each game found after 500 steps, and how far do its points spread, compared with real
# ones?


# %%
def show_points(name, numbers=(0, 5, 15, 25)):
    """Draw generated points (white) over real ones at four moments."""
    film = films[name]
    _, row = plt.subplots(1, len(numbers), figsize=(10, 2.8), sharey=True)
    for axes, number in zip(row, numbers, strict=True):
        frame = film.frames[number]
        axes.plot(*film.real[:300].T, "+", color="0.5", markersize=4, label="real")
        axes.plot(*frame.points[:300].T, "o", mfc="white", mec="black", ms=4, label="generated")
        axes.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal", xlabel="x", title=f"step {frame.step}")
    row[0].set_ylabel("y")
    row[0].legend(fontsize=7, loc="upper left")
    plt.show()


for name, film in films.items():
    found, spread = modes_found(film.frames[-1].points, "ring"), film.rows[-1]["spread"]
    print(f"{name:>18}: {found} of 8 heaps, spread {spread:.2f}")
    assert (found == 8) == (name == "ring")
show_points("ring")

# %% [markdown]
# Only the first has found them all. Its pictures are what success looks like: a blob that opens,
# reaches the ring, and gathers on the heaps. (Some points stay on the bridges between them, since a
# continuous map of the noise cannot jump.)
#
# ## A discriminator that wins
#
# In `discriminator_wins` there is no penalty, and the discriminator learns two hundred times as
# fast as the generator. Below is the logit along the line $y = 0$, which crosses two of the heaps,
# in this game and in the good one; then two curves of telemetry.

# %%
middle = films["ring"].frames[-1].field.shape[0] // 2
along = np.linspace(-REACH, REACH, 2 * middle)
plt.figure(figsize=(7, 3))
heights = {}
for name, style in (("ring", "-"), ("discriminator_wins", "--")):
    line = films[name].frames[-1].field[middle]
    heights[name] = np.ptp(line[np.abs(along) < 2.2])
    plt.plot(along, line - np.median(line), style, label=name)
for heap in (-2, 2):
    plt.axvline(heap, color="0.7", linewidth=6, alpha=0.5)
plt.xlabel("x (grey: two heaps of real points)")
plt.ylabel("logit, from its median")
plt.legend()
plt.show()
print({name: round(float(height), 1) for name, height in heights.items()})
assert heights["discriminator_wins"] > 5 * heights["ring"]

show_curves(("ring", "discriminator_wins"), ("accuracy", "logit_gap"))
late = {name: np.mean([row["logit_gap"] for row in films[name].rows[-5:]]) for name in films}
assert late["discriminator_wins"] > 10 > 1 > late["ring"]

# %% [markdown]
# The winner has dug a pit, twenty units deep, where the generated points are. It is right every
# time, and its gap is far above 10 and still grows. Being right is not the trouble: the good game's
# discriminator leads, too, on two pairs in three. The trouble is a lead without bounds. Here the
# pit's walls still point outwards, and a faster generator could climb them. Among images there are
# thousands of directions in which real and generated differ, and a judge that is so sure of itself
# has nothing to say about which change would be a small improvement.
#
# What helps: a penalty (a larger `gamma`), noise on real and generated samples alike
# (`instance_noise`), or a slower discriminator.
#
# ## Vanishing gradients
#
# The next game, `vanishing_gradient`, differs from the last in one word: its generator plays the
# original **minimax** loss $\log(1 - D)$ instead of the **non-saturating** one, $-\log D$. Both
# want the same. Their slopes differ: let $s$ be the logit of a generated sample. We differentiate
# the engine's own losses and compare with the formulas.

# %%
logits = ops.reshape(ops.linspace(-8.0, 8.0, 81), (-1, 1))
places = ops.convert_to_numpy(logits)[:, 0]


def slope_of(objective):
    """Return the derivative of the generator's loss with respect to each logit."""
    loss = OBJECTIVES[objective].generator

    def total(fake):
        return ops.sum(loss(ops.zeros_like(fake), fake)), ops.zeros(())

    return ops.convert_to_numpy(value_and_input_gradient(total, logits)[1])[:, 0]


slopes = {name: slope_of(name) for name in ("minimax", "non_saturating")}
plt.figure(figsize=(7, 3))
for (name, slope), style in zip(slopes.items(), ("--", "-"), strict=True):
    plt.plot(places, -slope, style, color="black", label=name)
plt.xlabel("logit of a generated sample (left: surely fake)")
plt.ylabel("strength of the push")
plt.legend()
plt.show()
assert np.allclose(slopes["minimax"], -1 / (1 + np.exp(-places)), atol=1e-5)
assert np.allclose(slopes["non_saturating"], -1 / (1 + np.exp(places)), atol=1e-5)

# %% [markdown]
# Where the discriminator is sure of a fake, which is where the generator has most to learn, the
# minimax loss is flat: its slope is $-\sigma(s)$, about $e^{s}$ on the left. This is a **vanishing
# gradient (gradient qui s'évanouit)**. The non-saturating loss pushes hardest there. In the two
# games the discriminators are equally sure, so compare the norms of the generator's gradient.

# %%
show_curves(("discriminator_wins", "vanishing_gradient"), ("logit_gap", "generator_gradient"))
pull = {
    name: np.mean([row["generator_gradient"] for row in films[name].rows[-5:]])
    for name in ("discriminator_wins", "vanishing_gradient")
}
print({name: round(float(value), 3) for name, value in pull.items()})
assert late["vanishing_gradient"] > 10
assert pull["vanishing_gradient"] < pull["discriminator_wins"] / 10

# %% [markdown]
# The gaps are nearly the same; the gradients differ by more than a factor of ten. That is how to
# tell the two apart: **a gradient norm of the generator that dies away while the discriminator
# grows sure.** The engine writes it into every row of telemetry, for the whole network and for each
# layer.
#
# ## Mode collapse
#
# In `mode_collapse` there is no penalty either, the generator is ten times as fast as the
# discriminator, and the discriminator is small. Watch where the generated points are, and that they
# move on.

# %%
show_points("mode_collapse")
spreads = [row["spread"] for row in films["mode_collapse"].rows]
print("spread of generated points, real = 1:", np.round(spreads[-10:], 2).tolist())
assert np.median(spreads[-10:]) < 0.5

# %% [markdown]
# The generator has put everything on one place, the one that the discriminator happens to believe
# in most. When the discriminator learns better, all points move on together. This is **mode
# collapse (effondrement des modes)**. Nothing in the loss forbids it: each point is judged by
# itself, and each is convincing.
#
# What helps is to judge samples together. The relativistic loss compares each with a real one. And
# the project's image and text discriminators see, beside each sample, the mean and the
# **deviation (écart type)** of each feature over the batch. Compare these for real points and for
# collapsed ones:

# %%
real = draw_points("ring", 256, seed=7)
collapsed = films["mode_collapse"].frames[-1].points[:256]
deviations = {}
for name, points in (("real", real), ("collapsed", collapsed)):
    moments = ops.convert_to_numpy(batch_moments(ops.convert_to_tensor(points)))[0]
    deviations[name] = moments[2:]
    print(f"{name}: mean {moments[:2].round(2)}, deviation {moments[2:].round(2)}")
assert (deviations["collapsed"] < deviations["real"] / 2).all()

# %% [markdown]
# One glance at the deviations exposes the trick, so a discriminator that sees them leaves no room
# for it.
#
# With images there is no spread to look at, but a classifier can count what is generated. `modes`
# is how many classes occur, and `class_kl` compares how often each occurs with the data. Here is
# what they say of a generator that writes all digits, of one that has forgotten half of them, and
# of one that writes nothing but ones.

# %%
data = load_images("digits")
rng = np.random.default_rng(0)
generators = {
    "all ten digits": rng.choice(10, size=1000, p=data.frequencies),
    "five of them": rng.choice([0, 1, 4, 6, 7], size=1000),
    "ones only": np.ones(1000, dtype=int),
}
divergences = {}
for name, classes in generators.items():
    scores = {score.name: score.value for score in class_scores(classes, data.frequencies)}
    divergences[name] = scores["class_kl"]
    print(f"{name}: {scores['modes']:.0f} modes, class_kl {scores['class_kl']:.3f}")
assert divergences["all ten digits"] < 0.02
assert abs(divergences["five of them"] - np.log(2)) < 0.05
assert abs(divergences["ones only"] - np.log(10)) < 0.05

# %% [markdown]
# A generator that has lost half of the classes is $\log 2 = 0.69$ away from the data, one that
# writes a single class $\log 10 = 2.30$. A text GAN that collapses shows it by **self-BLEU**, how
# alike its sentences are to each other; notebook 9 is about that.
#
# ## Oscillation
#
# `oscillation` is Dirac-GAN at large: Wasserstein losses without any penalty, Adam with momentum,
# and learning rates that never fall. Look for the swings.

# %%
show_points("oscillation")
show_curves(("ring", "oscillation"), ("logit_gap", "spread"))
gaps = np.array([row["logit_gap"] for row in films["oscillation"].rows])
swings = int((np.diff(np.sign(gaps)) != 0).sum())
print(f"the gap changes its sign {swings} times; in the good game it stays above zero")
assert swings >= 3
assert min(row["logit_gap"] for row in films["ring"].rows) > 0

# %% [markdown]
# The gap swings through zero: at times the generated points are rated above the real ones, at times
# far below. Each player runs after the other's last move, as in notebook 1's spiral. More steps do
# not help. Friction does, and less momentum: a gradient penalty and `beta_1 = 0`, as notebook 4
# showed.
#
# ## By numbers alone
#
# `diagnose` reads nothing but telemetry and names the likely trouble. Compare its five answers with
# what you saw. It also runs on your own runs: their report says what it found.

# %%
for name, film in films.items():
    diagnosis = diagnose(film.rows, film.settings.game.objective)
    print(f"{name}: {diagnosis.trouble}\n    {diagnosis.evidence}")
    if diagnosis.advice:
        print(f"    -> {diagnosis.advice}")
    assert diagnosis.trouble == ("healthy" if name == "ring" else name)

# %% [markdown]
# It is right about all five, and it looks for what you have seen:
#
# | trouble | sign | change first |
# |---|---|---|
# | discriminator wins | right, and its loss near 0 | penalty, noise, slower discriminator |
# | vanishing gradient | the same, and the generator's gradient dies away | the generator's loss |
# | mode collapse | small spread, high `class_kl` or self-BLEU | relativistic loss, larger batch |
# | oscillation | the gap swings through zero | penalty, less momentum |
# | none | a small lead that lasts, and samples that vary | nothing: let it run |
#
# Such a rule can be wrong. It is a reason to look at samples, never a reason not to.

# %% [markdown]
# ## Exercises
#
# 1. Rescue `discriminator_wins` by changing one setting at a time. Which is enough?
#
# <details><summary>Answer</summary>
#
# The generator's rate is the root of it: with `replace(PRESETS["discriminator_wins"].game,
# generator_rate=2e-3)` the heaps are found even without a penalty. A penalty alone tames the
# discriminator, but a generator that hardly moves is not there in 500 steps. Find the cause, not
# only a cure for the sign.
# </details>
#
# 2. The accuracy of a discriminator is 99%. Is the game lost?
#
# <details><summary>Answer</summary>
#
# Not if it is right by little. The project's text GAN keeps improving with accuracies above 90%,
# because penalties and noise hold the gap at two or three. Look at accuracy and gap together.
# </details>
#
# 3. A generator of digits has `modes` 10 and `class_kl` 0.01. Can it have collapsed?
#
# <details><summary>Answer</summary>
#
# Yes: it may write one single 0, one single 1, and so on. The classes do not see whether samples
# within a class differ. A Fréchet distance does, since it compares covariances, too.
# </details>
#
# 4. Why does the collapsed generator move on instead of staying where it is believed?
#
# <details><summary>Answer</summary>
#
# Because the discriminator learns: wherever all generated points are, it soon rates that place
# down, and another place becomes the best. The two chase each other round the ring, which makes
# collapse and oscillation relatives.
# </details>

# %% [markdown]
# ## What to read
#
# * T. Salimans et al., *Improved techniques for training GANs*, 2016: judging samples together.
# * L. Metz et al., *Unrolled generative adversarial networks*, 2017: the ring, and how to count
#   modes.
# * M. Arjovsky, S. Chintala and L. Bottou, *Wasserstein GAN*, 2017: why a sure discriminator
#   teaches nothing.
# * T. Karras et al., *Progressive growing of GANs*, 2018, section 3: the deviation over a batch.
#
# Next: [6. Inside the networks](06_inside_the_networks.ipynb).
