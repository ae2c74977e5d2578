# %% [markdown]
# # 2. A neural network from scratch
#
# A **neural network (réseau de neurones)** is a function with many adjustable numbers. Here you
# write one in NumPy, work out its gradient by hand with **backpropagation (rétropropagation du
# gradient)**, and train it to read handwritten digits. Then Keras does the same, and you check that
# it computes the same numbers.
#
# **At the end you will be able to** say what a layer computes, derive the gradient of a network
# layer by layer, train it and recognise overfitting, and write the same network in Keras.
#
# **You need** notebook 1, matrix products, the chain rule.
#
# **Time.** A minute to run, about an hour and a half to read with the exercises.
#
# The next cell loads the tools; in Colab it first installs the project. `BACKEND` is the library
# that computes for Keras further down: change the word to `"jax"` and all else stays.

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

import matplotlib.pyplot as plt
import numpy as np

from textgan.backend import use_backend
from textgan.images.datasets import load_images

use_backend(BACKEND)
plain = {"figure.facecolor": "white", "figure.constrained_layout.use": True}
plt.style.use(["grayscale", plain])

# %% [markdown]
# ## The data
#
# 1,797 real handwritten digits, 8 x 8 pixels each (they come with scikit-learn). One fifth is the
# **test set (jeu de test)**: the network never learns from it, so it shows what the network does
# with digits that it has not seen. `floats` gives pixels between $-1$ (black) and $1$ (white); each
# image becomes one row of 64 numbers.

# %%
data = load_images("digits")
X = data.train.floats(np.arange(len(data.train))).reshape(len(data.train), -1).astype(float)
X_test = data.test.floats(np.arange(len(data.test))).reshape(len(data.test), -1).astype(float)
y, y_test = data.train.labels, data.test.labels
print(f"{len(X)} digits to learn from, {len(X_test)} to test on, {X.shape[1]} pixels each")


def show_images(rows, titles, columns=10, height=1.3):
    """Draw rows of 64 pixels as images with a title each."""
    figure, grid = plt.subplots(-(-len(rows) // columns), columns, squeeze=False)
    figure.set_size_inches(columns, height * len(grid))
    for axes in grid.flat:
        axes.axis("off")
    for axes, row, title in zip(grid.flat, rows, titles, strict=False):
        axes.imshow(row.reshape(8, 8), cmap="gray")
        axes.set_title(title, fontsize=10)
    plt.show()


show_images(X[:20], y[:20])

# %% [markdown]
# Eight pixels a side is coarse, but you can read nearly all of them. Above each stands its
# **label (étiquette)**, the right answer.
#
# ## Forward: from pixels to probabilities
#
# A **neuron (neurone)** weighs its inputs, adds them up with a constant, the **bias (biais)**, and
# bends the result by an **activation function (fonction d'activation)**; here the **ReLU**,
# $\max(0, z)$. Many neurons side by side are a **layer (couche)**, and one matrix product computes
# them all for a whole batch of images. Our network has two layers:
#
# $$Z = X W_1 + b_1, \qquad A = \max(0, Z), \qquad S = A W_2 + b_2,$$
#
# with 64 pixels in $X$, 32 **hidden (cachés)** neurons in $A$, and ten scores in $S$, one for each
# digit; such scores are called **logits**. Without the bend the two layers would be one:
# $(XW_1)W_2 = X(W_1W_2)$. The **softmax** turns logits into probabilities that add up to one,
#
# $$P_{ik} = \frac{e^{S_{ik}}}{\sum_j e^{S_{ij}}},$$
#
# and the loss is the **cross-entropy (entropie croisée)**: minus the logarithm of the probability
# given to the right digit, averaged over the batch. It is 0 for a network that is sure and right.

# %%
HIDDEN = 32


def new_network(seed):
    """Small random weights: so small that no neuron is far out at the start."""
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(scale=(2 / 64) ** 0.5, size=(64, HIDDEN)),
        "b1": np.zeros(HIDDEN),
        "W2": rng.normal(scale=0.01, size=(HIDDEN, 10)),
        "b2": np.zeros(10),
    }


def forward(network, X):
    """Return Z, A and the logits S of a batch of images."""
    Z = X @ network["W1"] + network["b1"]
    A = np.maximum(0, Z)
    return Z, A, A @ network["W2"] + network["b2"]


def softmax(S):
    powers = np.exp(S - S.max(axis=1, keepdims=True))  # the shift changes nothing but the range
    return powers / powers.sum(axis=1, keepdims=True)


def loss(network, X, y):
    probabilities = softmax(forward(network, X)[2])
    return -np.log(probabilities[np.arange(len(y)), y]).mean()


# %% [markdown]
# Before any training the network should know nothing: ten equal probabilities, and a loss of
# $-\log \frac1{10} = 2.303$. That is worth checking with every new network. A first loss far above
# it says that the first weights are too large.

# %%
network = new_network(seed=0)
print(f"loss before training: {loss(network, X, y):.4f}, log 10 = {np.log(10):.4f}")
assert abs(loss(network, X, y) - np.log(10)) < 0.05

# %% [markdown]
# ## Backward: who is to blame?
#
# To descend we need the derivative of the loss with respect to each of the 2,410 numbers. Finite
# differences would need 4,820 evaluations for one step. Backpropagation gets all of them for the
# price of about two: it walks through the formulas from the loss back to the pixels and passes on,
# by the chain rule, how much the loss changes with each intermediate result. For $n$ images, and
# with $Y$ the right answers as rows of zeros with a single one:
#
# | what | its gradient | why |
# |---|---|---|
# | $S$ | $G_S = (P - Y) / n$ | softmax and logarithm nearly cancel |
# | $W_2,\ b_2$ | $A^\top G_S$, column sums of $G_S$ | $S$ is linear in them |
# | $A$ | $G_A = G_S W_2^\top$ | each neuron is blamed through the weights it spoke through |
# | $Z$ | $G_Z = G_A$ where $Z > 0$, else 0 | a silent neuron changes nothing |
# | $W_1,\ b_1$ | $X^\top G_Z$, column sums of $G_Z$ | as above |
#
# The code is the table, line by line.


# %%
def gradients(network, X, y):
    """Return the gradient of the loss with respect to each array of the network."""
    Z, A, S = forward(network, X)
    G_S = softmax(S)
    G_S[np.arange(len(y)), y] -= 1
    G_S /= len(y)
    G_A = G_S @ network["W2"].T
    G_Z = G_A * (Z > 0)
    return {"W1": X.T @ G_Z, "b1": G_Z.sum(axis=0), "W2": A.T @ G_S, "b2": G_S.sum(axis=0)}


# %% [markdown]
# As in notebook 1, no gradient is trusted before finite differences agree. We try 20 numbers of
# each array, at weights large enough for every part to matter, and print the largest disagreement.

# %%
rng = np.random.default_rng(1)
some = rng.permutation(len(X))[:50]
trial = {name: array + 0.1 * rng.normal(size=array.shape) for name, array in network.items()}
exact = gradients(trial, X[some], y[some])
for name, array in trial.items():
    worst = 0.0
    for place in rng.integers(array.size, size=20):
        i, kept = np.unravel_index(place, array.shape), array.flat[place]
        array[i] = kept + 1e-6
        above = loss(trial, X[some], y[some])
        array[i] = kept - 1e-6
        below = loss(trial, X[some], y[some])
        array[i] = kept
        worst = max(worst, abs((above - below) / 2e-6 - exact[name][i]))
    print(f"{name}: largest error {worst:.1e}, largest gradient {np.abs(exact[name]).max():.1e}")
    assert worst < 1e-7

# %% [markdown]
# The errors are a million times smaller than the gradients: backpropagation is right.
#
# ## Training
#
# The rest is notebook 1: random batches, momentum, a fixed step size. One pass over all the
# training images is an **epoch (époque)**. After each we note the loss and the
# **accuracy (exactitude)**, the share of digits read correctly, for both halves of the data.

# %%
RATE, MOMENTUM, BATCH = 0.05, 0.9, 32


def batches(count, rng):
    """Yield the numbers of the images of each batch of one epoch."""
    order = rng.permutation(count)
    for begin in range(0, count - BATCH + 1, BATCH):
        yield order[begin : begin + BATCH]


def accuracy(network, X, y):
    return (forward(network, X)[2].argmax(axis=1) == y).mean()


def train(network, X, y, epochs, rng):
    """Train in place; return one row (losses, accuracies on training and test set) an epoch."""
    velocity = {name: np.zeros_like(array) for name, array in network.items()}
    rows = []
    for _ in range(epochs):
        for batch in batches(len(X), rng):
            for name, gradient in gradients(network, X[batch], y[batch]).items():
                velocity[name] = MOMENTUM * velocity[name] - RATE * gradient
                network[name] += velocity[name]
        halves = (X, y), (X_test, y_test)
        losses = [loss(network, *half) for half in halves]
        rows.append([*losses, *(accuracy(network, *half) for half in halves)])
    return np.array(rows)


def show_training(rows):
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    epochs = np.arange(1, len(rows) + 1)
    for axes, first, what in ((left, 0, "loss"), (right, 2, "accuracy")):
        axes.plot(epochs, rows[:, first], "-", label="training set")
        axes.plot(epochs, rows[:, first + 1], "--", color="0.5", label="test set")
        axes.set(xlabel="epoch", ylabel=what)
        axes.legend()
    plt.show()


rows = train(network, X, y, epochs=25, rng=np.random.default_rng(2))
show_training(rows)
print(f"accuracy: training set {rows[-1, 2]:.1%}, test set {rows[-1, 3]:.1%}")
assert rows[-1, 2] > 0.99
assert rows[-1, 3] > 0.94

# %% [markdown]
# Within a few epochs the network reads more than nine digits in ten. Look at the dashed curves:
# the test loss stops falling early while the training loss goes on to nothing. From there on the
# network mostly learns its own 1,437 images by heart.
#
# What does it get wrong? Above each image stand the right answer and the network's.

# %%
guesses = forward(network, X_test)[2].argmax(axis=1)
wrong = np.flatnonzero(guesses != y_test)
titles = [f"{y_test[i]}, read as {guesses[i]}" for i in wrong[:10]]
show_images(X_test[wrong[:10]], titles, columns=5, height=1.3)

# %% [markdown]
# Many of them are hard for us, too: that is the good kind of error.
#
# ## What the hidden neurons look for
#
# Each hidden neuron has 64 weights, one a pixel, so its weights are an image: white where ink makes
# it speak, black where ink silences it. Here are 20 of the 32.

# %%
show_images(network["W1"].T[:20], [f"neuron {i}" for i in range(20)])

# %% [markdown]
# They are not digits but contrasts: ink here and none there. The second layer puts digits together
# from such hints. The patterns look ragged, because nothing tells the network that neighbouring
# pixels belong together; if all images were shuffled in the same way it would learn just as well.
# Notebook 3 builds networks that know what a neighbour is.
#
# ## Too few examples
#
# Train the same network on 60 digits only. Watch the gap between the two curves.

# %%
few = new_network(seed=0)
few_rows = train(few, X[:60], y[:60], epochs=150, rng=np.random.default_rng(2))
show_training(few_rows)
print(f"accuracy: training set {few_rows[-1, 2]:.1%}, test set {few_rows[-1, 3]:.1%}")
assert few_rows[-1, 2] == 1.0
assert few_rows[-1, 3] < rows[-1, 3] - 0.1

# %% [markdown]
# All 60 are right, and on new digits the network is far worse than before: this is **overfitting
# (surapprentissage)**. Its test loss even rises a little, since it becomes more and more sure of
# its mistakes. Remember this picture: the discriminator of a GAN is such a classifier, and when it
# learns the training data by heart it stops telling the generator anything useful.
#
# ## The same in Keras
#
# **Keras** is the library that this project is written in. It knows layers, finds gradients by
# itself and hands the arithmetic to TensorFlow or JAX. The network above takes three lines; we give
# it the very weights that our own network had at the start.

# %%
import keras
from keras import layers, ops

from textgan.gan.autodiff import value_and_gradients

start = new_network(seed=0)
twin = keras.Sequential(
    [keras.Input((64,)), layers.Dense(HIDDEN, activation="relu"), layers.Dense(10)]
)
twin.set_weights([start[name] for name in ("W1", "b1", "W2", "b2")])
twin.summary(line_length=70)

# %% [markdown]
# First the forward pass and the gradients, on 200 digits. `value_and_gradients` is the project's
# own one function for gradients; it works on both backends. Keras computes with 32-bit numbers,
# which carry seven digits, where NumPy used 64: so the two should agree to about seven digits, and
# not more.

# %%
images, labels = X[:200].astype("float32"), y[:200].astype("int32")


def twin_loss():
    surprise = ops.sparse_categorical_crossentropy(labels, twin(images), from_logits=True)
    return ops.mean(surprise), ops.mean(surprise)


twin_value, twin_gradients = value_and_gradients(twin_loss, twin.trainable_variables)
print(f"loss: NumPy {loss(start, X[:200], y[:200]):.7f}, Keras {float(twin_value):.7f}")
assert abs(float(twin_value) - loss(start, X[:200], y[:200])) < 1e-5
for (name, ours), theirs in zip(
    gradients(start, X[:200], y[:200]).items(), twin_gradients, strict=True
):
    apart = np.abs(ours - ops.convert_to_numpy(theirs)).max() / np.abs(ours).max()
    print(f"{name}: gradients differ by {apart:.1e} of the largest")
    assert apart < 1e-5

# %% [markdown]
# Then two epochs of training on the same batches, ours and theirs. Small roundings could grow in
# 88 steps, so compare the weights at the end.

# %%
loss_of_keras = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
twin.compile(keras.optimizers.SGD(RATE, momentum=MOMENTUM), loss_of_keras)
rng = np.random.default_rng(3)
for _ in range(2):
    for batch in batches(len(X), rng):
        twin.train_on_batch(X[batch].astype("float32"), y[batch])
train(start, X, y, epochs=2, rng=np.random.default_rng(3))

for name, theirs in zip(("W1", "b1", "W2", "b2"), twin.get_weights(), strict=True):
    apart = np.abs(start[name] - theirs).max()
    print(
        f"{name}: weights differ by {apart:.1e} at most; the largest is {np.abs(theirs).max():.2f}"
    )
    assert apart < 1e-4
twin_guesses = ops.convert_to_numpy(twin(X_test.astype("float32"))).argmax(axis=1)
agreeing = (twin_guesses == forward(start, X_test)[2].argmax(axis=1)).mean()
print(f"the two read {agreeing:.1%} of the test digits alike")
assert agreeing > 0.99

# %% [markdown]
# The two are one network, to rounding. From here on Keras does the bookkeeping, and you know
# everything that it does.

# %% [markdown]
# ## Exercises
#
# 1. Start with all weights at zero. What happens to the hidden layer, and why?
#
# <details><summary>Answer</summary>
#
# All $Z$ are 0, so no neuron speaks and $G_Z = 0$: $W_1$ and $W_2$ never move, only the last bias
# learns how frequent each digit is. If all weights were equal but not zero, all hidden neurons
# would get the same gradient and stay copies of each other for ever. Random weights break the tie.
# </details>
#
# 2. Replace the ReLU by $\tanh$. Which line of `gradients` changes?
#
# <details><summary>Answer</summary>
#
# $\tanh' = 1 - \tanh^2$, so `G_Z = G_A * (1 - A**2)`. The check by finite differences tells at once
# if you forget it.
# </details>
#
# 3. Take out the activation function (`A = Z`). How well does the network read?
#
# <details><summary>Answer</summary>
#
# It is then a single linear layer, whatever `HIDDEN` is. On these easy digits it still reads about
# 95 in 100, nearly as many: a reminder to try the simplest model first. On photographs it fails.
# </details>
#
# 4. With 60 digits the test loss is lowest near epoch 45. Why not simply stop there?
#
# <details><summary>Answer</summary>
#
# It is done, and called early stopping (arrêt prématuré). But a choice made by looking at the test
# set is learning from it: the test loss at the chosen epoch is better than what new digits will
# get. So one keeps a third part, the **validation set (jeu de validation)**, for choices, and looks
# at the test set once. The text GAN of this project picks its best moment by validation sentences.
# (Gaussian noise on the inputs, another common remedy, changes nothing here: with a deviation of
# 0.3 the test loss ends at the same 0.70.)
# </details>

# %% [markdown]
# ## What to read
#
# * D. Rumelhart, G. Hinton and R. Williams, *Learning representations by back-propagating errors*,
#   1986: four pages that began it.
# * Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, *Efficient BackProp*, 1998: how to make it work.
# * K. He et al., *Delving deep into rectifiers*, 2015: why the first weights have the scale
#   $\sqrt{2 / \text{inputs}}$.
# * M. Nielsen, *Neural Networks and Deep Learning*, 2015, a free book with the same programme.
#
# Next: [3. Convolutional networks](03_convolutional_networks.ipynb).
