# %% [markdown]
# # 6. Inside the networks
#
# A trained network is a heap of numbers that nobody wrote. Still, it can be questioned: what does
# each layer say, what can be read from it, what happens when a part falls silent, and which pixels
# did an answer come from? You put these questions to a classifier first, where you know what is
# right, and then to both networks of a GAN.
#
# **At the end you will be able to** watch every layer of a network at work, test with a probe what
# a layer knows and by silencing what it is for, draw four kinds of saliency maps, and, above all,
# check whether such a map deserves belief.
#
# **You need** notebooks 3 and 4.
#
# **Time.** About two minutes to run, an hour and a half to read with the exercises.
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

from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from textgan.backend import seed_weights, use_backend

use_backend(BACKEND)
from keras import ops

from textgan.gan.run_folder import read_telemetry
from textgan.gan.settings import LoopSettings
from textgan.images.classifier import (
    Classifier,
    ClassifierSettings,
    build_classifier,
    train_classifier,
)
from textgan.images.datasets import load_images
from textgan.images.domain import IMAGES
from textgan.images.settings import PRESETS, ImageNetworkSettings
from textgan.inspection.evolution import push
from textgan.inspection.hooks import Hooks
from textgan.inspection.layers import ablate, mapped_layers, probe, probed, silence
from textgan.inspection.opened import open_run
from textgan.inspection.pictures import show_image
from textgan.inspection.saliency import (
    agreement,
    grad_cam,
    gradient,
    integrated_gradients,
    occlusion,
    shuffled,
)
from textgan.inspection.saliency_pages import batch_share
from textgan.runs import train_run

seed_weights(1)
plain = {"figure.facecolor": "white", "figure.constrained_layout.use": True}
plt.style.use(["grayscale", plain])

# %% [markdown]
# ## A network to question
#
# The project's classifier of digits, from notebook 3: four convolutions, a dense layer of 128
# `features`, ten logits. We train one and a second one not at all, for comparison. `Hooks` makes a
# network transparent: called with images, it returns the network's output and what every layer
# said on the way, by name.

# %%
data = load_images("digits")
train_images, test_images = (part.floats(np.arange(len(part))) for part in (data.train, data.test))
train_labels, test_labels = data.train.labels, data.test.labels

network, untrained = (build_classifier(data.shape, data.classes) for _ in range(2))
train_classifier(network, data.train, ClassifierSettings(epochs=20), say=lambda line: None)
reader, hooks = Classifier(network, data), Hooks(network)
print(f"right on {reader.accuracy:.1%} of the test images")
assert reader.accuracy > 0.95

_, activations = hooks(train_images)
activations = {name: ops.convert_to_numpy(values) for name, values in activations.items()}
for name in ("conv_1", "conv_2", "conv_3", "conv_4", "features"):
    silent = (activations[name] == 0).mean()
    print(f"{name}: {activations[name].shape[1:]}, {silent:.0%} of its values are 0")

# %% [markdown]
# What a layer puts out are its **activations (activations)**. Much of it is silence: ReLU turns
# every negative value into 0. Who is silent when? For the 128 features, here is how strongly each
# responds to each digit on average, in order of the digit that it responds to most.

# %%
features = activations["features"]
responses = np.stack([features[train_labels == digit].mean(axis=0) for digit in range(10)])
favourite, strongest = responses.argmax(axis=0), responses.max(axis=0)
order = np.lexsort((-strongest, favourite))
plt.figure(figsize=(9, 2.8))
plt.imshow(responses[:, order], cmap="gray_r", aspect="auto", interpolation="nearest")
plt.xlabel("features, in order of their favourite digit")
plt.ylabel("digit")
plt.yticks(range(10))
plt.colorbar(label="mean response")
plt.show()
dead = (strongest == 0).sum()
speaking = responses[:, strongest > 0]
share = np.median(speaking.max(axis=0) / speaking.sum(axis=0))
print(f"{dead} of 128 features never speak; the others give {share:.0%} to their favourite")
assert share > 0.15

# %% [markdown]
# The dark steps are specialists: every digit has some features of its own. (Those in the gap
# without any colour have died: their ReLU is never above 0, so no gradient reaches them any more.)
# If all digits were alike to a feature, its favourite would get 10% of its responses; the median
# feature gives it about three times that. Yet none is a "detector of the 4": each responds to
# several digits.
#
# ## Probes: what can be read from a layer
#
# A **probe (sonde)** is a small linear classifier that is trained on what one layer puts out. If it
# can tell the digits apart, the layer holds that information in a simple form. The probe below
# sees, for each map, only its mean and its peak, so it does not know where something is, only
# whether it is there at all. The same for the untrained network.

# %%
layers = [*mapped_layers(network), "features"]
_, unlearned = Hooks(untrained)(train_images)
start = probe("pixels", probed(train_images), train_labels)
found = {
    "trained": [probe(name, probed(activations[name]), train_labels) for name in layers],
    "untrained": [
        probe(name, probed(ops.convert_to_numpy(unlearned[name])), train_labels) for name in layers
    ],
}
plt.figure(figsize=(7, 3))
for (name, probes), style in zip(found.items(), ("ko-", "ks--"), strict=True):
    plt.plot(["pixels", *layers], [one.accuracy for one in (start, *probes)], style, label=name)
plt.axhline(start.chance, color="0.6", linestyle=":", label="guessing")
plt.xlabel("layer")
plt.ylabel("accuracy of the probe")
plt.legend()
plt.show()
ends = {name: probes[-1].accuracy for name, probes in found.items()}
print({name: f"{value:.1%}" for name, value in ends.items()})
assert start.accuracy < 0.3
assert ends["trained"] > 0.97
assert 0.85 < ends["untrained"] < ends["trained"]

# %% [markdown]
# Read this with care. The trained network gets better from layer to layer, as it should. But a
# network that has learned nothing is not far behind: its random filters, too, say which shapes
# occur in the image, and a linear probe with so many numbers makes a good classifier of that. **A
# probe shows what can be read, not what was learned, and not what is used.** Always probe an
# untrained network as well.
#
# ## Silence: what a part is for
#
# To learn what is used, change it. `Hooks` takes edits: a function for a layer, applied to what the
# layer puts out before the next ones see it. We **silence (réduire au silence)** features by
# multiplying them with 0, more and more of them: those that prefer a digit most, or as many at
# random. Such an experiment is called an **ablation (ablation)**.

# %%
rng = np.random.default_rng(0)
counts = [0, 1, 5, 10, 15, 20, 30]


def without(rows):
    """Return the classifier's answers to the test images with some features silenced."""
    mask = np.ones(128, dtype="float32")
    mask[rows] = 0
    (_, logits), _ = hooks(test_images, {"features": lambda output: output * mask})
    return ops.convert_to_numpy(logits).argmax(axis=1)


def accuracy(answers, digit):
    """Return the accuracy on a digit, and on all others."""
    correct, own = answers == test_labels, test_labels == digit
    return correct[own].mean(), correct[~own].mean()


curves = {"its own": [], "others": [], "its own, random features": []}
for count in counts:
    scores = []
    for digit in range(10):
        preference = responses[digit] - np.delete(responses, digit, axis=0).mean(axis=0)
        chosen = accuracy(without(np.argsort(-preference)[:count]), digit)
        at_random = accuracy(without(rng.permutation(128)[:count]), digit)
        scores.append((*chosen, at_random[0]))
    for curve, score in zip(curves.values(), np.mean(scores, axis=0), strict=True):
        curve.append(score)

plt.figure(figsize=(7, 3))
for (name, curve), style in zip(curves.items(), ("ko-", "ks--", "k^:"), strict=True):
    plt.plot(counts, curve, style, label=name)
plt.xlabel("features silenced, of 128")
plt.ylabel("accuracy on a digit")
plt.legend()
plt.show()
own, others, by_chance = (np.array(curve) for curve in curves.values())
assert own[1] > own[0] - 0.05
assert own[-1] < 0.3
assert others.min() > 0.85 and by_chance.min() > 0.85

# %% [markdown]
# One silenced feature does nothing: what it knows, others know too. Without the thirty that prefer
# a digit, the network no longer finds this digit, but all others; thirty at random make hardly
# any difference. That is a statement about causes, and stronger than the picture of responses
# above.
#
# ## Where an answer comes from: four maps
#
# Which pixels made the network say "3"? Maps that answer this are called **saliency maps (cartes de
# saillance)**. A `judgement` is the number to be explained, here the logit of the class that the
# network names. Four ways to ask:
#
# * **gradient**: how fast does the judgement change with each pixel (Simonyan et al. 2014)?
# * **integrated gradients (gradients intégrés)** (Sundararajan et al. 2017): walk from an empty
#   image $x_0$ to the image $x$ and add up the gradient on the way,
#   $(x - x_0) \odot \int_0^1 \nabla f(x_0 + t(x - x_0))\,dt$;
# * **Grad-CAM** (Selvaraju et al. 2017): in a layer, weight each map with its mean gradient and add
#   the maps; what is positive remains;
# * **occlusion (occultation)** (Zeiler and Fergus 2014): empty a square of 2 x 2 pixels, here paint
#   it black, and note how much the judgement falls.
#
# Bright means for the answer, dark against it, the grey of the background nothing.


# %%
def says(label):
    """Return the judgement "this is a `label`": images to logits."""
    return lambda images: hooks(images)[0][1][:, label]


def explain(images):
    """Return four maps (image, 8, 8) of each image, of the class that the network names."""
    answers = reader.judge(images).classes
    maps = {name: np.zeros(images.shape[:3]) for name in METHODS}
    for label in set(answers.tolist()):
        rows, judgement = answers == label, says(label)
        some = images[rows]
        cam = grad_cam(hooks, lambda output, label=label: output[1][:, label], "conv_4", some)
        maps["gradient"][rows] = gradient(judgement, some)[..., 0]
        maps["integrated"][rows] = integrated_gradients(judgement, some, empty)[..., 0]
        maps["Grad-CAM"][rows] = cam.repeat(2, axis=1).repeat(2, axis=2)  # 4 x 4 to 8 x 8
        maps["occlusion"][rows] = occlusion(judgement, some, empty, size=2)
    return maps


METHODS = ("gradient", "integrated", "Grad-CAM", "occlusion")
empty = np.full(data.shape, -1.0, dtype="float32")
asked = test_images[:60]
maps = explain(asked)


def show_maps(axes, values):
    """Draw a map, 0 in mid grey."""
    bound = np.abs(values).max() + 1e-9
    axes.imshow(values, cmap="gray", vmin=-bound, vmax=bound)
    axes.axis("off")


answers = reader.judge(asked).classes
figure, grid = plt.subplots(4, 5, figsize=(7.5, 6))
for row, digit in zip(grid, (2, 3, 4, 7), strict=True):
    number = np.flatnonzero(answers == digit)[0]
    show_image(row[0], asked[number])
    row[0].set_title(f"it says {digit}", fontsize=9)
    for axes, name in zip(row[1:], METHODS, strict=True):
        show_maps(axes, maps[name][number])
        axes.set_title(name, fontsize=9)
plt.show()

# %% [markdown]
# All four look reasonable, and they do not agree. Which one should you believe? A map can be
# tested.
#
# **Test 1: completeness (complétude).** The contributions of integrated gradients must sum to the
# difference between the judgement of the image and that of the empty one, by the fundamental
# theorem of calculus. The other maps make no such promise. We check ten images.

# %%
errors, dues = [], []
for image, label in zip(asked[:10], answers[:10], strict=True):
    parts = integrated_gradients(says(label), image[None], empty)
    due = float(says(label)(image[None])[0] - says(label)(empty[None])[0])
    errors.append(abs(parts.sum() - due))
    dues.append(abs(due))
print(f"the sums miss the difference by {np.sum(errors) / np.sum(dues):.2%}")
assert np.sum(errors) < 0.03 * np.sum(dues)

# %% [markdown]
# **Test 2: does the map know what the network learned?** Shuffle the weights within each layer. The
# network now knows nothing, so its maps should have nothing in common with those before. If a map
# stays the same, it shows the image and not the network (Adebayo et al. 2018). The measure is a
# rank correlation, 1 for the same order of pixels, 0 for none.

# %%
with shuffled(network):
    after = {
        number: integrated_gradients(says(label), asked[number : number + 1], empty)[0, ..., 0]
        for number, label in enumerate(answers[:20])
    }
kept = np.mean([agreement(maps["integrated"][number], other) for number, other in after.items()])
pairs = zip(maps["integrated"], maps["occlusion"], strict=True)
together = np.mean([agreement(first, second) for first, second in pairs])
print(f"integrated gradients agree with those of shuffled weights {kept:.2f}")
print(f"and with occlusion, a method that needs no gradient, {together:.2f}")
assert abs(kept) < 0.25
assert together > 0.3

# %% [markdown]
# **Test 3: do these pixels matter?** Paint the pixels black that a map calls most important, one
# after the other, and see how long the network keeps to its answer. For comparison, random pixels
# among those with ink. The faster a curve falls, the better its map has found what the answer
# rests on.

# %%
ranks = {name: -values.reshape(len(asked), -1) for name, values in maps.items()}
ink = asked.reshape(len(asked), -1) > -0.5
ranks["random ink"] = np.where(ink, rng.random(ink.shape), 2.0)
painted = [0, 2, 4, 6, 8, 12, 16]


def still(rank, count):
    """Return the share of answers that survive when the `count` first pixels are painted black."""
    images = asked.reshape(len(asked), -1).copy()
    np.put_along_axis(images, np.argsort(rank, axis=1)[:, :count], -1.0, axis=1)
    return (reader.judge(images.reshape(asked.shape)).classes == answers).mean()


kept = {name: [still(rank, count) for count in painted] for name, rank in ranks.items()}
plt.figure(figsize=(7, 3.4))
for (name, curve), style in zip(kept.items(), ("s--", "o-", "d-.", "^-", "x:"), strict=True):
    plt.plot(painted, curve, style, color="0.5" if name == "random ink" else "black", label=name)
plt.xlabel("pixels painted black, of 64")
plt.ylabel("answers that stay")
plt.legend()
plt.show()
at = {name: dict(zip(painted, curve, strict=True))[8] for name, curve in kept.items()}
print("after 8 pixels:", {name: f"{value:.0%}" for name, value in at.items()})
assert at["random ink"] > 0.4
assert at["integrated"] < 0.3 and at["occlusion"] < 0.3
assert max(at["integrated"], at["occlusion"]) < min(at["Grad-CAM"], at["random ink"]) - 0.1

# %% [markdown]
# Without the eight pixels that integrated gradients or occlusion choose, out of about 27 with ink,
# nearly every answer is lost, while most answers survive eight random ones. The bare gradient comes
# close to them. Grad-CAM is hardly better than chance here: its layer has 4 x 4 places, too coarse
# for strokes of one pixel; it was made for photographs. And to be fair, the test paints black, and
# the two winners were computed against a black image. A map always says: compared with something.
#
# ## What is missing matters, too
#
# The judgement may be any number. Let it be "a 3 rather than an 8", the difference of two logits,
# and turn occlusion round: its empty image is white now, so it paints single pixels white. Where
# would a little chalk change a 3 into an 8? We average over all threes of the test set.

# %%
threes = test_images[test_labels == 3]


def rather_three(images):
    logits = hooks(images)[0][1]
    return logits[:, 3] - logits[:, 8]


falls = occlusion(rather_three, threes, -empty).mean(axis=0)
figure, (left, right) = plt.subplots(1, 2, figsize=(6.5, 2.8))
show_image(left, threes.mean(axis=0))
left.set_title("the mean 3", fontsize=9)
drawn = right.imshow(falls, cmap="gray_r")
right.set(xlabel="column", ylabel="row")
plt.colorbar(drawn, ax=right, label="fall of the judgement")
plt.show()
places = [tuple(map(int, divmod(number, 8))) for number in np.argsort(-falls.ravel())[:3]]
print("white there makes it most like an 8 (row, column):", places)
assert falls[:, :4].max() > falls[:, 4:].max()
assert all(column <= 3 for _, column in places[:2])

# %% [markdown]
# On the left, where a 3 has no ink and an 8 has its two arcs. The network has learned that the gaps
# make the 3. Gradients of ink alone would not have said so.
#
# ## A GAN, opened
#
# Now to networks that no one gave any labels. The next cell trains a GAN on the digits as in
# notebook 4, for half a minute (longer the first time, when the classifier that scores images is
# trained). Every 25 steps it notes what the same noise has become. You have seen the lines that it
# prints; here they are kept back.

# %%
preset = PRESETS["digits"]
settings = replace(
    preset,
    network=ImageNetworkSettings(generator_width=32, discriminator_width=32),
    game=replace(preset.game, ema_halflife=50.0),
    loop=LoopSettings(steps=500, log_every=25, evaluate_every=25),
)
run = Path("runs/inside_digits")
with redirect_stdout(StringIO()):
    train_run(IMAGES, settings, run, seed=1)
last = read_telemetry(run)[-1]
print({key: round(last[key], 2) for key in ("step", "modes", "class_kl", "logit_gap")})
assert last["modes"] == 10

# %% [markdown]
# The samples lie in the run folder as pictures, ten by ten images of the same noise. Each column
# below is one noise vector, each row one step. The curve shows how much all hundred images changed
# in the 25 steps before.

# %%
grids = {int(place.stem): np.asarray(Image.open(place)) for place in run.glob("samples/*.png")}
steps = sorted(grids)
shown = [25, 50, 75, 100, 200, 300, 500]
strips = [np.pad(grids[step][:52], ((0, 14), (0, 0)), constant_values=255) for step in shown]
plt.figure(figsize=(7, 6.2))
plt.imshow(np.concatenate(strips)[:-14], cmap="gray", vmin=0, vmax=255)
plt.xticks([])
plt.yticks(26 + 66 * np.arange(len(shown)), shown)
plt.xlabel("ten noise vectors")
plt.ylabel("step")
plt.show()

moved = [
    np.abs(grids[later].astype(float) - grids[earlier]).mean() for earlier, later in pairwise(steps)
]
plt.figure(figsize=(7, 2.8))
plt.plot(steps[1:], moved, "ko-")
plt.ylim(0, None)
plt.xlabel("step")
plt.ylabel("mean change, in grey levels")
plt.show()
assert moved[0] > 4 * moved[-1]

# %% [markdown]
# Grey clouds come first, then strokes; within a hundred steps most columns have settled for a
# shape, and what changes later are repairs. The curve falls for two reasons: the generator has
# found something worth keeping, and its learning rate falls on a cosine.
#
# `open_run` opens a run folder: both networks as they were at the end, fixed noise, what it gives,
# and real images. `opened.hooks` is the EMA generator with hooks, so we can watch an image
# being made. Each row is a layer, and shows the eight of its maps that vary most.


# %%
def picture_rows(titles, columns, height):
    """Return a grid of axes without frames, a title above each row."""
    spaced = {"hspace": 0.4, "wspace": 0.1}
    _, grid = plt.subplots(
        len(titles), columns, figsize=(9, height), layout="none", gridspec_kw=spaced
    )
    for row, title in zip(grid, titles, strict=True):
        row[0].set_title(title, fontsize=9, loc="left")
        for axes in row:
            axes.axis("off")
    return grid


opened = open_run(run, IMAGES)
image, seen = opened.hooks(opened.noise[:1])
names = mapped_layers(opened.game.ema)
seen = {name: ops.convert_to_numpy(seen[name])[0] for name in names}
titles = [
    f"{name}: {maps.shape[2]} of {maps.shape[0]} x {maps.shape[1]}" for name, maps in seen.items()
]
grid = picture_rows(titles, columns=8, height=6.8)
for row, maps in zip(grid, seen.values(), strict=True):
    most = np.argsort(-maps.var(axis=(0, 1)))[:8]
    for axes, channel in zip(row, most, strict=False):
        show_maps(axes, maps[..., channel])
show_image(grid[-1, -1], ops.convert_to_numpy(image)[0])
grid[-1, -1].set_title("image", fontsize=9)
plt.show()
assert np.allclose(np.tanh(maps), ops.convert_to_numpy(image)[0], atol=1e-5)

# %% [markdown]
# The work is done on 4 x 4 points, each of which says, in 32 numbers, what is to be drawn around
# its place. One transposed convolution turns that into 8 x 8 pixels, and $\tanh$ of it is the
# image.
#
# Neither network has seen a class. Do they know that there are ten digits? We probe the
# discriminator with real images and their labels, and the generator with 3,000 noise vectors and
# the digit that our classifier reads in the result. This time the probe sees all numbers of a
# layer, places included.


# %%
def probe_all(named, labels):
    """Probe each of some layers for labels, on all of its activations."""
    flat = {name: ops.convert_to_numpy(values).reshape(len(labels), -1) for name, values in named}
    return {name: probe(name, values, labels) for name, values in flat.items()}


_, heard = opened.discriminator(opened.reals, opened.real_condition)
inner = [(name, heard[name]) for name in ("grid_0_down", "seen", "features", "logit")]
judge_knows = probe_all([("pixels", opened.reals), *inner], opened.labels)

noise = rng.standard_normal((3000, opened.noise.shape[1]), dtype="float32")
made, seen = opened.hooks(noise)
written = reader.judge(ops.convert_to_numpy(made)).classes
inner = [(name, seen[name]) for name in names]
writer_knows = probe_all([("noise", noise), *inner, ("image", made)], written)

figure, row = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True)
for axes, knows, title in zip(
    row, (judge_knows, writer_knows), ("discriminator", "generator"), strict=True
):
    axes.plot(list(knows), [one.accuracy for one in knows.values()], "ko-")
    axes.axhline(next(iter(knows.values())).chance, color="0.6", linestyle=":")
    axes.tick_params(axis="x", rotation=30, labelsize=8)
    axes.set(title=title, xlabel="layer", ylim=(0, 1.02))
row[0].set_ylabel("accuracy of a probe for the digit")
plt.show()
assert judge_knows["features"].accuracy > 0.9
assert judge_knows["logit"].accuracy < 0.4
assert writer_knows["noise"].accuracy > writer_knows["noise"].chance + 0.15
assert writer_knows["image"].accuracy > writer_knows["noise"].accuracy

# %% [markdown]
# Dotted lines are guesses. The discriminator keeps the digit readable up to its last layer, though
# all that it has to say in the end is one number, in which hardly any of it is left. It is readable
# in the pixels already, so be careful again: it has not been thrown away, that is all. For the
# generator the noise alone tells a lot about the digit to come: whole regions of the noise belong
# to one digit, and no layer suddenly decides.
#
# What are the generator's channels for? `ablate` silences each channel of a layer by itself and
# notes how much 32 images change, and which digits there are less of afterwards. We look at the
# last convolution before the image.

# %%
layer = names[-2]
lost = ablate(opened, layer, lambda images: reader.judge(images).classes)
for one in lost[:3]:
    fewer = ", ".join(f"{digit}: {before} to {after}" for digit, before, after in one.lost)
    print(f"without channel {one.channel}: a pixel changes by {one.change:.3f}; {fewer}")

images = ops.convert_to_numpy(opened.hooks(opened.noise[:10])[0])
titles = [f"what changes without channel {one.channel}" for one in lost[:3]]
grid = picture_rows(["all channels", *titles], columns=10, height=4.6)
for axes, picture in zip(grid[0], images, strict=True):
    show_image(axes, picture)
for row, one in zip(grid[1:], lost, strict=False):
    after, _ = opened.hooks(opened.noise[:10], {layer: silence(one.channel)})
    for axes, picture in zip(row, ops.convert_to_numpy(after) - images, strict=True):
        axes.imshow(picture[..., 0], cmap="gray", vmin=-1, vmax=1)
plt.show()
changes = np.array([one.change for one in lost])
print(f"the first channel changes a pixel {changes[0] / np.median(changes):.1f} times the median")
assert changes[0] > 1.2 * np.median(changes)

# %% [markdown]
# Mid grey is no change, dark is white that is lost, bright what is new. A channel acts in much the
# same places of different digits, so it stands for a stroke rather than for a digit; now and then
# the loss of one turns a digit into another. As in the classifier, no channel is "the 4".
#
# ## What the discriminator wants
#
# The generator learns from one thing alone, the gradient of the discriminator with respect to its
# images. `push` returns it: how each pixel would have to move for the images to look more real.
# Follow it a little and judge the batch again: the logit must rise, or the generator could not
# learn.

# %%
fakes, condition = opened.fakes[:64], opened.condition[:64]
arrows = push(opened, fakes, condition)
arrows = arrows / np.sqrt((arrows**2).mean(axis=(1, 2, 3), keepdims=True))

grid = picture_rows(["generated", "bright: more white here; dark: less"], columns=8, height=2.7)
for (above, below), fake, arrow in zip(grid.T, fakes, arrows, strict=False):
    show_image(above, fake)
    show_maps(below, arrow[..., 0])
plt.show()
sizes = [-0.1, -0.05, 0.0, 0.05, 0.1]
logits = [
    float(ops.convert_to_numpy(opened.game.discriminator(fakes + size * arrows)).mean())
    for size in sizes
]
plt.figure(figsize=(6, 2.8))
plt.plot(sizes, logits, "ko-")
plt.xlabel("step along the push, per pixel")
plt.ylabel("mean logit")
plt.show()
assert logits == sorted(logits)

# %% [markdown]
# The logit rises along the push and falls against it. The pushes themselves are hard to read: some
# mend a stroke, most look like noise.
#
# One reason is a fact about this discriminator that only a look inside reveals. It sees each image
# beside the statistics of its batch (notebook 5), so its lead, how much higher real images are
# rated than generated ones, has two sources: the images themselves, and the batch in which they
# are judged. `batch_share` judges both kinds in batches of both kinds and splits the lead.

# %%
own, batch = batch_share(opened)
print(f"lead of real images {own + batch:.2f}: {own:.2f} by themselves, {batch:.2f} by the batch")
plt.figure(figsize=(6, 1.6))
plt.barh(["the image", "its batch"], [own, batch], color=["0.3", "0.7"], edgecolor="black")
plt.xlabel("share of the lead, in units of the logit")
plt.show()
assert batch > 2 * abs(own)

# %% [markdown]
# Most of what it knows is about the batch: many generated digits together are not like as many real
# ones. Of a single image it could hardly say whether it is real. That explains the win rate near 1
# in notebook 4, although many of the digits pass, and it is why a push moves the whole batch a
# little rather than mend the one stroke that you would mend.
#
# `python scripts/inspect_run.py RUN` writes all of this, and more, for any run of yours.

# %% [markdown]
# ## Exercises
#
# 1. Explain the probability of the class (the softmax) instead of its logit. Compare the size of
#    the gradients.
#
# <details><summary>Answer</summary>
#
# For `lambda images: ops.softmax(hooks(images)[0][1])[:, label]` the gradients are nearly a
# thousand times smaller. Where the network is sure, its probability is 1 and flat: nothing seems to
# matter. The logit still has a slope. It is the vanishing gradient of notebook 5.
# </details>
#
# 2. Compute integrated gradients from a white image instead of a black one. What is bright now?
#
# <details><summary>Answer</summary>
#
# The paper around the strokes: compared with a white image, black is what makes a digit. The
# strokes themselves get exactly 0 where they are white, since nothing changes there on the way. The
# sum is still complete. A map answers "compared with what?", so say what you compared with.
# </details>
#
# 3. Shuffle `train_labels` and probe `features` again. What should come out?
#
# <details><summary>Answer</summary>
#
# `probe("features", features, rng.permutation(train_labels))` is right about once in ten, as a
# guess. If it were not, the probe would know its own test images by heart, and all its scores would
# be worth nothing.
# </details>
#
# 4. Silence channels of the first convolution of the generator instead (`names[0]`). Which changes
#    are larger, and why?
#
# <details><summary>Answer</summary>
#
# They are smaller, here by half or more. That convolution adds a little to what the dense layer has
# laid out (a residual block), and there are three more convolutions to correct it.
# </details>

# %% [markdown]
# ## What to read
#
# * K. Simonyan, A. Vedaldi and A. Zisserman, *Deep inside convolutional networks*, 2014: the
#   gradient as a map.
# * M. Zeiler and R. Fergus, *Visualizing and understanding convolutional networks*, 2014:
#   occlusion.
# * M. Sundararajan, A. Taly and Q. Yan, *Axiomatic attribution for deep networks*, 2017, and
#   R. Selvaraju et al., *Grad-CAM*, 2017.
# * J. Adebayo et al., *Sanity checks for saliency maps*, 2018: maps that do not know the network.
# * G. Alain and Y. Bengio, *Understanding intermediate layers using linear classifier probes*,
#   2017.
# * D. Bau et al., *GAN dissection*, 2019: channels of a generator, silenced one by one.
#
# Next: [7. Words as points](07_words_as_points.ipynb).
