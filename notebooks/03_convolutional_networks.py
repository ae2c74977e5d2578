# %% [markdown]
# # 3. Convolutional networks
#
# In an image, neighbouring pixels belong together, and a stroke is a stroke wherever it stands.
# **Convolutional networks (réseaux convolutifs)**, CNNs, are built on these two facts. You train
# them in Keras on digits and on photographs, look at what each layer sees, and then take two steps
# towards a GAN: a classifier becomes a discriminator, and a convolution run backwards becomes a
# generator.
#
# **At the end you will be able to** say what a convolution computes and why it needs few weights,
# train a CNN on a data set of your own, tell how far a layer sees, and explain what the two
# networks of an image GAN have in common with a classifier.
#
# **You need** notebook 2.
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

import random
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

from textgan.backend import use_backend

use_backend(BACKEND)
import keras
from keras import layers, ops

from textgan.catalogue import CardFile, find_file
from textgan.gan.autodiff import value_and_input_gradient
from textgan.images.classifier import build_classifier
from textgan.images.datasets import load_images
from textgan.images.networks import build_discriminator, build_generator
from textgan.images.settings import ImageNetworkSettings
from textgan.inspection.hooks import Hooks
from textgan.inspection.pictures import show_image

random.seed(1)  # Keras draws its first weights from here
plain = {"figure.facecolor": "white", "figure.constrained_layout.use": True}
plt.style.use(["grayscale", plain])

# %% [markdown]
# ## A window that slides
#
# A **convolution (convolution)** slides a small window over the image, the **kernel (noyau)**, here
# 3 x 3 weights. At each place it multiplies the weights with the pixels beneath and adds up. The
# result is again an image, a **feature map (carte de caractéristiques)**: bright where the window
# found what it looks for. We choose two kernels by hand, and let a Keras layer apply both.

# %%
digits = load_images("digits")
train_images, test_images = (
    part.floats(np.arange(len(part))) for part in (digits.train, digits.test)
)

horizontal = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]], dtype="float32")
kernels = np.stack([horizontal, horizontal.T], axis=-1)[:, :, None, :]
slide = layers.Conv2D(2, 3, padding="same", use_bias=False)
slide.build((None, 8, 8, 1))
slide.set_weights([kernels])
maps = ops.convert_to_numpy(slide(train_images[:3]))

figure, grid = plt.subplots(3, 3, figsize=(5, 5))
for row, image, found in zip(grid, train_images, maps, strict=False):
    for axes, picture, title in zip(
        row,
        (image[..., 0], found[..., 0], found[..., 1]),
        ("image", "dark above, bright below", "dark left, bright right"),
        strict=True,
    ):
        axes.imshow(picture, cmap="gray")
        axes.set_title(title, fontsize=8)
        axes.axis("off")
plt.show()

# %% [markdown]
# The first kernel finds upper edges of strokes (bright) and lower edges (dark), the second one left
# and right edges. Two things follow from the sliding. The kernel has 9 weights, however large the
# image; a dense layer from 64 pixels to a map of 64 would have 4,096. And a shifted image gives a
# shifted map, which the next cell checks away from the border: what is learned in one place is
# known everywhere. Here we wrote the kernels; in training they are learned, like all weights.

# %%
shifted = np.roll(train_images[:3], 1, axis=2)
moved = ops.convert_to_numpy(slide(shifted))
assert np.allclose(moved[:, :, 2:-1], np.roll(maps, 1, axis=2)[:, :, 2:-1], atol=1e-5)
print("a shift of the image by one pixel shifts the maps by one pixel")

# %% [markdown]
# ## Several data sets
#
# Besides the digits we take a set that you make yourself, as you would with images of your own:
# patches of 12 x 12 pixels from two photographs that come with scikit-learn, a Chinese temple and a
# flower. The question is from which photograph a patch comes. Patches for the test are cut from the
# lower part of each photograph and those for training from the upper part: if they overlapped, the
# network could know the test by heart. The file that the next cell writes has the layout of every
# set in this project: `x_train`, `y_train`, `x_test`, `y_test`.

# %%
SIDE = 12
rng = np.random.default_rng(0)


def cut(photo, count):
    """Cut patches (count, SIDE, SIDE, 3) at random places."""
    tops = rng.integers(photo.shape[0] - SIDE, size=count)
    lefts = rng.integers(photo.shape[1] - SIDE, size=count)
    return np.stack([photo[t : t + SIDE, c : c + SIDE] for t, c in zip(tops, lefts, strict=True)])


photos = [load_sample_image(f"{name}.jpg") for name in ("china", "flower")]
border = 300  # of 427 rows
Path("runs").mkdir(exist_ok=True)
np.savez(
    "runs/patches.npz",
    x_train=np.concatenate([cut(photo[:border], 500) for photo in photos]),
    y_train=np.repeat([0, 1], 500),
    x_test=np.concatenate([cut(photo[border:], 200) for photo in photos]),
    y_test=np.repeat([0, 1], 200),
)
patches = load_images("runs/patches.npz")

figure, grid = plt.subplots(2, 10, figsize=(9, 2.2))
for label, row in enumerate(grid):
    some = patches.train.floats(np.flatnonzero(patches.train.labels == label)[:10])
    for axes, image in zip(row, some, strict=True):
        show_image(axes, image)
    row[0].set_title(("temple", "flower")[label], fontsize=9)
plt.show()

# %% [markdown]
# The project's own classifier is a CNN of four convolutions; all its image scores rest on it. The
# first two have 32 maps each. Then **max pooling (sous-échantillonnage par maximum)** keeps the
# largest value of each 2 x 2 square, which halves the sides, two convolutions of 64 maps follow,
# and two dense layers draw the conclusion.

# %%
reader = build_classifier(digits.shape, digits.classes)
reader.summary(line_length=72)

# %% [markdown]
# Keras trains a network by `compile` and `fit`. We use the optimizer **Adam**, which is momentum
# with a step size of its own for every weight. If `TEXTGAN_DATA` names a folder with MNIST or
# Fashion-MNIST in it, 4,000 of their images are tried too.


# %%
def train_on(data, network, epochs, most=4000):
    """Train on at most so many images; return the accuracy on as many test images."""
    model = keras.Model(network.input, network.outputs[1])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(2e-3), loss, metrics=["accuracy"])
    rows, asked = np.arange(min(most, len(data.train))), np.arange(min(most, len(data.test)))
    order = np.random.default_rng(0).permutation(rows)
    model.fit(
        data.train.floats(order), data.train.labels[order], batch_size=64, epochs=epochs, verbose=0
    )
    logits = ops.convert_to_numpy(model(data.test.floats(asked)))
    return (logits.argmax(axis=1) == data.test.labels[asked]).mean()


accuracies = {
    "digits": train_on(digits, reader, epochs=8),
    "patches": train_on(patches, build_classifier(patches.shape, 2), epochs=4),
}
for name in ("mnist", "fashion_mnist"):
    if find_file(CardFile(f"{name}/{name}.npz")):
        data = load_images(name)
        accuracies[name] = train_on(data, build_classifier(data.shape, 10), epochs=2)
for name, accuracy in accuracies.items():
    print(f"{name}: {accuracy:.1%} of the test images right")
assert accuracies["digits"] > 0.95
assert accuracies["patches"] > 0.8

# %% [markdown]
# One architecture serves digits and colour photographs. On the digits it does about as well as the
# network of notebook 2 after a third of the epochs: at 8 x 8 pixels there is little to gain, on
# larger images a CNN is far ahead. The patches are harder than they look: the lower part of the
# photographs has things that the upper part has not, as the data that a network meets in life
# always have.
#
# ## What each layer sees
#
# `Hooks` runs a network and returns what every layer put out, its activations.
# Below is one digit, and the first eight maps of each of the four convolutions.

# %%
_, activations = Hooks(reader)(test_images[3:4])
convolutions = [layer.name for layer in reader.layers if isinstance(layer, layers.Conv2D)]
figure, grid = plt.subplots(len(convolutions), 9, figsize=(9, 4.2))
for row, name in zip(grid, convolutions, strict=True):
    maps = ops.convert_to_numpy(activations[name])[0]
    show_image(row[0], test_images[3])
    for axes, number in zip(row[1:], range(8), strict=True):
        axes.imshow(maps[..., number], cmap="gray")
        axes.axis("off")
    side = maps.shape[0]
    row[1].set_title(f"{name}: {maps.shape[-1]} maps of {side} x {side}", fontsize=8, loc="left")
plt.show()

# %% [markdown]
# The first layer still shows the digit, by its edges and its ink. Deeper down the maps get coarser
# and emptier, and no longer look like anything: each point now answers a question about a larger
# part of the image, such as "is there an arc open to the left?".
#
# How large a part? The gradient tells. Differentiate one point of a map with respect to the pixels:
# where the gradient is zero, the point sees nothing. What it sees is its **receptive field (champ
# récepteur)**. We average over random images, so that no ReLU hides anything, and use an untrained
# network for images of 20 x 20, since the answer depends on the architecture only.

# %%
hooks = Hooks(build_classifier((20, 20, 1), 2))
noise = ops.convert_to_tensor(rng.normal(size=(64, 20, 20, 1)).astype("float32"))


def seen_by(name):
    """Return (20, 20) how much a point in the middle of a layer's maps heeds each pixel."""

    def point(images):
        maps = hooks(images)[1][name]
        middle = (maps.shape[1] - 1) // 2
        return ops.sum(maps[:, middle, middle]), ops.zeros(())

    gradient = value_and_input_gradient(point, noise)[1]
    return np.abs(ops.convert_to_numpy(gradient)).mean(axis=(0, 3))


figure, grid = plt.subplots(1, 4, figsize=(9, 2.6))
widths = []
for axes, name in zip(grid, convolutions, strict=True):
    field = seen_by(name)
    widths.append(int((field.max(axis=0) > 0).sum()))
    axes.imshow(field, cmap="gray_r")
    axes.set(title=f"{name}: {widths[-1]} x {widths[-1]}", xlabel="column", ylabel="row")
plt.show()
assert widths == [3, 5, 10, 14]

# %% [markdown]
# 3, 5, 10, 14: each convolution adds a ring, and after the pooling a ring is two pixels wide. The
# darkest spot is in the middle, because most ways through the layers lead there. A layer can only
# judge what fits its field, which is why a CNN looks for edges first and for wholes last.
#
# ## A classifier becomes a discriminator
#
# A **discriminator (discriminateur)** is a classifier with one question: real or not? It has a
# single logit, positive for real. Here is the project's, in the manner of DCGAN: instead of
# pooling, its convolution takes every second place only (a **stride (pas)** of 2), and it uses the
# **leaky ReLU**, which lets a fifth of a negative value through, so that there is a gradient
# everywhere. (`batch_statistics` lets it compare each image with its batch; notebook 5 shows what
# for.)

# %%
SIZES = ImageNetworkSettings(
    noise=10, generator_width=32, generator_blocks=0, discriminator_width=32, discriminator_blocks=0
)
judge = build_discriminator(digits.shape, SIZES)
judge.summary(line_length=72)

# %% [markdown]
# To judge it needs fakes. Our first forger cannot learn: it draws images from a Gaussian
# distribution with the mean and the covariances of the real pixels. Every pixel has the right
# brightness, every pair of pixels the right correlation. Look at the fakes below, then at how well
# the discriminator tells them from real test digits after six epochs.


# %%
def forge(count, seed):
    """Draw images with the mean and covariance of real ones, cut off at black and white."""
    flat = train_images.reshape(len(train_images), -1)
    draw = np.random.default_rng(seed).multivariate_normal(flat.mean(0), np.cov(flat.T), count)
    return np.clip(draw, -1, 1).reshape(-1, 8, 8, 1).astype("float32")


def mix(real, fake):
    """Return both in random order, and which are real."""
    order = np.random.default_rng(0).permutation(len(real) + len(fake))
    answers = np.repeat([1.0, 0.0], [len(real), len(fake)]).astype("float32")
    return np.concatenate([real, fake])[order], answers[order, None]


judge.compile(keras.optimizers.Adam(2e-3), keras.losses.BinaryCrossentropy(from_logits=True))
judge.fit(*mix(train_images, forge(len(train_images), 0)), batch_size=64, epochs=6, verbose=0)
mixed, answers = mix(test_images, forge(len(test_images), 1))
logits = ops.convert_to_numpy(judge(mixed))
right = ((logits > 0) == (answers > 0.5)).mean()

figure, grid = plt.subplots(1, 10, figsize=(9, 1.2))
for axes, image in zip(grid, forge(10, 1), strict=True):
    show_image(axes, image)
plt.show()
plt.figure(figsize=(6, 3))
bins = np.linspace(logits.min(), logits.max(), 40)
plt.hist(logits[answers > 0.5], bins, color="0.8", edgecolor="black", label="real")
plt.hist(logits[answers < 0.5], bins, color="0.2", alpha=0.6, hatch="//", label="forged")
plt.xlabel("logit of the discriminator")
plt.ylabel("images")
plt.legend()
plt.show()
print(f"right about {right:.1%} of {len(mixed)} images, half of which are real")
assert right > 0.85

# %% [markdown]
# The fakes have the right blobs in the right places and are no digits, and the discriminator has
# found out. The forger could be improved by hand; but the discriminator already knows in which way
# each fake should change to look more real. Its gradient with respect to the image says so. That is
# the idea of a GAN: let the forger learn from that gradient.
#
# ## A convolution run backwards becomes a generator
#
# A **generator (générateur)** goes the other way, from a few numbers to an image, so its sides must
# grow. A convolution with stride 2 is linear: for 8 x 8 pixels in and 4 x 4 out it is a matrix $M$
# of 16 rows and 64 columns. The **transposed convolution (convolution transposée)** is simply
# $M^\top$: 16 numbers in, 64 out. We read both matrices off the layers, by feeding them images that
# are 1 in one place and 0 elsewhere.

# %%
kernel = rng.normal(size=(4, 4, 1, 1)).astype("float32")
shrink = layers.Conv2D(1, 4, strides=2, padding="same", use_bias=False)
grow = layers.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False)
matrices = []
for layer, side in ((shrink, 8), (grow, 4)):
    layer.build((None, side, side, 1))
    layer.set_weights([kernel])
    units = np.eye(side * side, dtype="float32").reshape(-1, side, side, 1)
    matrices.append(ops.convert_to_numpy(layer(units)).reshape(side * side, -1).T)

figure, grid = plt.subplots(1, 2, figsize=(8, 3.6), width_ratios=[3, 1])
for axes, matrix, title in zip(grid, matrices, ("convolution", "transposed"), strict=True):
    axes.imshow(matrix, cmap="gray")
    axes.set(title=title, xlabel="number of the input", ylabel="number of the output")
plt.show()
assert matrices[0].shape == (16, 64)
assert np.allclose(matrices[1], matrices[0].T, atol=1e-6)

# %% [markdown]
# The second matrix is the first one turned over. Each input number stamps a 4 x 4 kernel into the
# output, two pixels further for each step, and where stamps overlap they add up.
#
# The project's generator begins with a dense layer that makes a 4 x 4 grid of 32 maps, and ends
# with a transposed convolution. Can it learn to draw by plain regression? We give it the digit as a
# one-hot vector, and let it come as close to the images of that digit as it can, by mean squared
# error.

# %%
painter = build_generator(digits.shape, SIZES)
one_hot = np.eye(10, dtype="float32")
painter.compile(keras.optimizers.Adam(5e-3), "mean_squared_error")
painter.fit(one_hot[digits.train.labels], train_images, batch_size=64, epochs=15, verbose=0)
painted = ops.convert_to_numpy(painter(one_hot))
means = np.stack([train_images[digits.train.labels == label].mean(axis=0) for label in range(10)])

figure, grid = plt.subplots(3, 10, figsize=(9, 3.2))
shown = {"painted": painted, "mean": means, "real": None}
for row, (name, images) in zip(grid, shown.items(), strict=True):
    for label, axes in enumerate(row):
        some = train_images[digits.train.labels == label][0]
        show_image(axes, some if images is None else images[label])
    row[0].set_title(name, fontsize=9)
plt.show()
apart = np.sqrt(np.mean((painted - means) ** 2))
spread = np.sqrt(np.mean((train_images - means[digits.train.labels]) ** 2))
print(f"painted digits are {apart:.2f} from the mean of their kind, real ones {spread:.2f}")
assert apart < spread / 3

# %% [markdown]
# It has learned the mean of each digit, a blur that nobody ever wrote. That is no fault of the
# network: the mean is what minimises the squared error. A pixel-by-pixel loss punishes a sharp
# digit a pixel to the left more than a blur. What is needed is a judge that says "no real digit is
# as blurred as this", and we have just built one. In notebook 4 the two networks meet.

# %% [markdown]
# ## Exercises
#
# 1. How many weights has the first convolution of `reader`, how many would a dense layer with as
#    many outputs have?
#
# <details><summary>Answer</summary>
#
# $3 \cdot 3 \cdot 1 \cdot 32 + 32 = 320$. A dense layer from 64 pixels to $8 \cdot 8 \cdot 32$
# values would have $64 \cdot 2048 + 2048 = 133\,120$.
# </details>
#
# 2. Shuffle the pixels of all digits in one and the same way and train `reader` again. What happens
#    to its accuracy, and what would happen to that of the network of notebook 2?
#
# <details><summary>Answer</summary>
#
# The CNN gets worse, since neighbours no longer belong together; the dense network does not notice,
# because it never knew which pixels are neighbours.
# </details>
#
# 3. Cut the test patches from the upper part, as those for training. What does the accuracy tell
#    now?
#
# <details><summary>Answer</summary>
#
# It rises, and tells less: test patches overlap with training patches, so knowing them by heart
# pays. Whenever a result looks too good, look first for test data in the training data.
# </details>
#
# 4. Use a kernel of 3 x 3 in `grow`, with stride 2. How often is each output pixel stamped?
#
# <details><summary>Answer</summary>
#
# Some once, some twice, some four times: a chequerboard of overlaps, which shows in generated
# images. With 4 x 4 every pixel (but at the border) is stamped four times. So the kernel's side
# should be a multiple of the stride.
# </details>

# %% [markdown]
# ## What to read
#
# * Y. LeCun et al., *Gradient-based learning applied to document recognition*, 1998: the CNN that
#   read cheques, and MNIST.
# * M. Zeiler and R. Fergus, *Visualizing and understanding convolutional networks*, 2014.
# * V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*, 2016: strides
#   and transposed convolutions in pictures.
# * A. Radford, L. Metz and S. Chintala, *Unsupervised representation learning with deep
#   convolutional generative adversarial networks*, 2016: DCGAN.
#
# Next: [4. The competition](04_competition.ipynb).
