# %% [markdown]
# # 1. Gradient descent
#
# Every network in this project learns in one way: it asks in which direction its error grows
# fastest, and takes a small step in the opposite direction. This is **gradient descent
# (descente de gradient)**. Here you write it yourself, in NumPy, with nothing hidden.
#
# **At the end you will be able to** derive a gradient and check it by finite differences, choose a
# step size and say when it is too large, explain what momentum is for and what a saddle point
# does, and fit a regression to real data.
#
# **You need** derivatives, a little Python, nothing about neural networks.
#
# **Time.** Less than a minute to run, about an hour to read with the exercises.
#
# The next cell loads the tools; in Colab it first installs the project.

# %%
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
from sklearn.datasets import load_diabetes

plain = {"figure.facecolor": "white", "figure.constrained_layout.use": True}
plt.style.use(["grayscale", plain])

# %% [markdown]
# ## A curve
#
# Take a function of one number, $f(x) = x^4 - 3x^2 + x$. Its derivative
# $f'(x) = 4x^3 - 6x + 1$ says how fast $f$ grows at $x$. Where $f'$ is positive, going left makes
# $f$ smaller; where it is negative, going right does. In both cases the step $-h f'(x)$, with a
# small **step size (pas)** $h > 0$, leads downhill. In machine learning $h$ is called the
# **learning rate (taux d'apprentissage)**.


# %%
def curve(x):
    return x**4 - 3 * x**2 + x


def curve_gradient(x):
    return 4 * x**3 - 6 * x + 1


# %% [markdown]
# A derivative worked out on paper may be wrong, and gradient descent with a wrong derivative fails
# quietly. So every gradient in this notebook is checked by **finite differences (différences
# finies)**: move each coordinate a little to both sides and see how much the function changes,
#
# $$\frac{\partial f}{\partial x_i} \approx
#   \frac{f(x + \epsilon e_i) - f(x - \epsilon e_i)}{2\epsilon}.$$
#
# The function below does it for a number as well as for a vector. The two answers should differ
# only far behind the decimal point.


# %%
def by_differences(f, x, epsilon=1e-5):
    """Estimate the gradient of f at x, one coordinate at a time."""
    x = np.asarray(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[i] = epsilon
        gradient[i] = (f(x + nudge) - f(x - nudge)) / (2 * epsilon)
    return gradient


for x in (-2.0, 0.3, 1.5):
    print(
        f"x = {x:4}: formula {curve_gradient(x):9.5f}, differences {by_differences(curve, x):9.5f}"
    )
    assert abs(curve_gradient(x) - by_differences(curve, x)) < 1e-6

# %% [markdown]
# Gradient descent is now a loop of one line. `descend` returns the whole path, so that it can be
# drawn. It works for vectors too, and we will use it to the end of the notebook.


# %%
def descend(gradient, start, rate, steps):
    """Take steps of -rate * gradient; return all positions, the first is `start`."""
    path = [np.asarray(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - rate * gradient(path[-1]))
    return np.array(path)


# %% [markdown]
# Two walkers set out, one from the left and one from the right. Look at where each one stops.

# %%
xs = np.linspace(-2.1, 2.1, 200)
plt.figure(figsize=(7, 3.5))
plt.plot(xs, curve(xs))
for start, marker in ((-2.0, "o"), (2.0, "s")):
    path = descend(curve_gradient, start, rate=0.02, steps=60)
    label = f"from {start:g} to {path[-1]:.2f}"
    plt.plot(path, curve(path), marker, color="0.5", markeredgecolor="black", label=label)
    assert abs(curve_gradient(path[-1])) < 1e-3
plt.xlabel("x")
plt.ylabel("f(x)")
plt.legend()
plt.show()

# %% [markdown]
# Both stop where the derivative is zero, but not in the same place: the left one finds the
# **global minimum (minimum global)** near $-1.30$, the right one a **local minimum (minimum
# local)** near $1.13$, and there it stays, because it sees the slope under its feet and nothing
# else. Note also that the steps shorten by themselves as the slope fades.
#
# ### How large a step?
#
# Near a minimum a curve looks like a parabola, $f(x) \approx c + \frac{a}{2}(x - x^*)^2$, with
# $a = f''(x^*)$. There a step multiplies the distance to $x^*$ by $1 - ha$. So descent converges
# when $|1 - ha| < 1$, that is when $h < 2/a$; it is fastest near $h = 1/a$. At the minimum on the
# left $a = 12x^2 - 6$ is about $14.3$, so steps above $2/14.3 = 0.14$ should fail. Watch the
# four curves: one is below the limit by far, one near the best, one just below the limit, one just
# above it.

# %%
lowest = descend(curve_gradient, -1.3, rate=0.05, steps=200)[-1]
limit = 2 / (12 * lowest**2 - 6)
print(f"minimum at {lowest:.5f}, largest step size {limit:.4f}")

plt.figure(figsize=(7, 3.5))
for rate, style in ((0.01, "-"), (0.07, "--"), (0.135, ":"), (0.145, "-.")):
    path = descend(curve_gradient, -1.45, rate, steps=40)
    plt.semilogy(np.abs(path - lowest) + 1e-16, style, label=f"step size {rate}")
    far = abs(descend(curve_gradient, -1.45, rate, steps=1000)[-1] - lowest) > 1e-6
    assert far == (rate > limit)
plt.ylim(1e-9, 2)
plt.xlabel("step")
plt.ylabel("distance to the minimum")
plt.legend()
plt.show()

# %% [markdown]
# The limit is where the theory says. The smallest step size is safe and slow, 0.07 arrives within a
# few steps, just below the limit the walker jumps from one side of the valley to the other and
# settles slowly, and just above it jumps for ever. This is the first thing to look at when a
# network does not learn: **the step size is too large or too small far more often than anything
# else is wrong.**
#
# ## A surface
#
# With several numbers to adjust, the **gradient (gradient)** $\nabla f$ is the vector of all
# partial derivatives. It points in the direction in which $f$ grows fastest, at a right angle to
# the lines of equal height. Take a long valley, $f(x, y) = \frac12 (x^2 + 25 y^2)$, whose
# walls are 25 times as steep as its floor.

# %%
STEEP = np.array([1.0, 25.0])


def valley(point):
    return 0.5 * np.sum(STEEP * np.square(point), axis=-1)


def valley_gradient(point):
    return STEEP * point


place = np.array([3.0, -0.7])
print("formula", valley_gradient(place), " differences", by_differences(valley, place))
assert np.allclose(valley_gradient(place), by_differences(valley, place), atol=1e-6)

# %% [markdown]
# The steepest direction has the last word on the step size: $h$ must stay below $2/25 = 0.08$,
# however flat the floor is. So along the floor progress is slow. The usual remedy is **momentum
# (inertie)**: keep a velocity, let each gradient change it, and move by the velocity,
#
# $$v \leftarrow \beta v - h \nabla f(x), \qquad x \leftarrow x + v.$$
#
# Pushes that agree from step to step add up, pushes that alternate cancel.


# %%
def descend_with_momentum(gradient, start, rate, momentum, steps):
    """Gradient descent with a velocity (Polyak 1964); momentum 0 is `descend`."""
    path, velocity = [np.asarray(start, dtype=float)], np.zeros_like(start, dtype=float)
    for _ in range(steps):
        velocity = momentum * velocity - rate * gradient(path[-1])
        path.append(path[-1] + velocity)
    return np.array(path)


# %% [markdown]
# Both walkers below start at the same place and both use the step size that theory gives as the
# best for them. In the left picture look at the shape of the paths, in the right one at how many
# steps each needs.

# %%
start = np.array([4.0, 1.0])
paths = {
    "plain": descend(valley_gradient, start, rate=2 / 26, steps=120),
    "momentum": descend_with_momentum(
        valley_gradient, start, rate=(2 / 6) ** 2, momentum=(4 / 6) ** 2, steps=120
    ),
}
_, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
xs, ys = np.meshgrid(np.linspace(-2.5, 4.5, 80), np.linspace(-1.2, 1.2, 60))
left.contour(xs, ys, valley(np.stack([xs, ys], axis=-1)), 12, colors="0.8", linewidths=0.8)
for (name, path), style, color in zip(paths.items(), ("o-", "s--"), ("black", "0.5"), strict=True):
    left.plot(*path[:25].T, style, color=color, markersize=3, label=name)
    right.semilogy(valley(path), style[1:], color=color, label=name)
left.set(xlabel="x", ylabel="y")
right.set(xlabel="step", ylabel="f(x, y)", ylim=(1e-12, 20))
left.legend()
plt.show()

needed = {name: int(np.argmax(valley(path) < 1e-6)) for name, path in paths.items()}
print("steps until f is below a millionth:", needed)
assert needed["momentum"] < needed["plain"] / 3

# %% [markdown]
# The plain path zigzags between the walls and creeps along the floor; with momentum the walker
# swings out further at first, and is there in fewer than a third of the steps. The gain grows with
# the ratio of the curvatures, $\kappa = 25$ here: plain descent needs a number of steps
# proportional to $\kappa$, momentum one proportional to $\sqrt\kappa$. In networks $\kappa$ is in
# the thousands.
#
# ## A saddle
#
# A zero gradient does not mean a minimum. On $f(x, y) = \frac12 x^2 - \frac12 y^2 + \frac14 y^4$
# the gradient vanishes at the origin, but only $x$ has its minimum there; along $y$ the origin is
# a summit. Such a point is a **saddle point (point-selle, ou col)**. The matrix of second
# derivatives, the **Hessian (hessienne)**, tells: its eigenvalues have both signs.


# %%
def saddle(point):
    x, y = point[..., 0], point[..., 1]
    return x**2 / 2 - y**2 / 2 + y**4 / 4


def saddle_gradient(point):
    x, y = point
    return np.array([x, -y + y**3])


place = np.array([0.8, -0.4])
assert np.allclose(saddle_gradient(place), by_differences(saddle, place), atol=1e-6)
hessian = np.array([by_differences(lambda p, i=i: saddle_gradient(p)[i], [0, 0]) for i in (0, 1)])
print("eigenvalues of the Hessian at the origin:", np.linalg.eigvalsh(hessian).round(4))
assert np.allclose(np.linalg.eigvalsh(hessian), [-1, 1], atol=1e-6)

# %% [markdown]
# Now start almost exactly on the ridge, at a distance $\delta$ from it. Look at how long each
# walker seems to have settled, and at how the waiting time depends on $\delta$.

# %%
offsets = (1e-2, 1e-4, 1e-6, 1e-8)
waits = []
plt.figure(figsize=(7, 3.5))
for offset, style in zip(offsets, ("-", "--", ":", "-."), strict=True):
    path = descend(saddle_gradient, (1.0, offset), rate=0.1, steps=300)
    plt.plot(saddle(path), style, label=f"{offset:g} from the ridge")
    waits.append(int(np.argmax(path[:, 1] > 0.5)))
plt.xlabel("step")
plt.ylabel("f(x, y)")
plt.legend()
plt.show()
print("steps to get away:", waits)
assert np.allclose(np.diff(waits), np.log(100) / np.log(1.1), atol=1.1)
assert (descend(saddle_gradient, (1.0, 0.0), rate=0.1, steps=300)[-1, 1] == 0).all()

# %% [markdown]
# The curve looks finished, then falls again. Near the ridge each step multiplies $y$ by $1 + h$,
# so a start a hundred times closer costs $\log 100 / \log 1.1 \approx 48$ steps more, and a start
# exactly on the ridge never gets away. A little noise is therefore a help, not a nuisance. In many
# dimensions, saddles are far more common than poor local minima (Dauphin et al. 2014): **a loss
# that has stopped falling is not yet a loss at its minimum.**
#
# ## A regression
#
# Until now the function was given. In learning it comes from data: the **loss (fonction de
# coût)** says how badly a model with **parameters (paramètres)** $w$ explains the examples. The
# data here are real: 442 diabetes patients, ten measurements each, and how far their illness had
# progressed a year later. The model is a straight line in ten dimensions, $\hat y = Xw + b$, its
# loss the **mean squared error (erreur quadratique moyenne)**
#
# $$L(w) = \frac1n \sum_i (x_i \cdot w - y_i)^2, \qquad
#   \nabla L(w) = \frac2n X^\top (Xw - y),$$
#
# where a column of ones in $X$ plays the part of $b$.

# %%
measurements, progression = load_diabetes(return_X_y=True)
X = np.column_stack([measurements / measurements.std(axis=0), np.ones(len(measurements))])
y = (progression - progression.mean()) / progression.std()


def loss(w):
    return np.mean((X @ w - y) ** 2)


def loss_gradient(w):
    return 2 / len(X) * X.T @ (X @ w - y)


w = np.random.default_rng(0).normal(size=X.shape[1])
error = np.abs(loss_gradient(w) - by_differences(loss, w)).max()
print(f"{X.shape[0]} patients, {X.shape[1]} parameters; largest error of the gradient {error:.1e}")
assert error < 1e-7

# %% [markdown]
# For this model the best $w$ can also be computed directly, by `np.linalg.lstsq`. That gives us a
# judge: descent must arrive at the same loss. The eigenvalues of the Hessian $\frac2n X^\top X$
# tell beforehand how large the step may be and how long it will take.

# %%
best = np.linalg.lstsq(X, y, rcond=None)[0]
curvatures = np.linalg.eigvalsh(2 / len(X) * X.T @ X)
print(f"curvatures from {curvatures[0]:.4f} to {curvatures[-1]:.2f}")

zero = np.zeros(X.shape[1])
rate = 1 / curvatures[-1]
plain = descend(loss_gradient, zero, rate, steps=3000)
fast = descend_with_momentum(loss_gradient, zero, rate, momentum=0.9, steps=3000)

plt.figure(figsize=(7, 3.5))
plt.loglog([loss(w) - loss(best) for w in plain], "-", label="plain")
plt.loglog([loss(w) - loss(best) for w in fast], "--", color="0.5", label="momentum 0.9")
plt.xlabel("step")
plt.ylabel("loss above the best possible")
plt.ylim(1e-12, 2)
plt.legend()
plt.show()
print(f"loss: plain {loss(plain[-1]):.6f}, momentum {loss(fast[-1]):.6f}, best {loss(best):.6f}")
needed = [np.argmax([loss(w) - loss(best) < 1e-6 for w in path]) for path in (plain, fast)]
print(f"steps until it is within a millionth of the best: plain {needed[0]}, momentum {needed[1]}")
assert loss(fast[-1]) - loss(best) < 1e-9
assert 0 < needed[1] < needed[0] / 5

# %% [markdown]
# Some of the measurements say nearly the same thing (two of them are kinds of cholesterol), which
# makes a very long valley: the largest curvature is several hundred times the smallest. Plain
# descent comes within 0.01 of the best loss in ten steps, then needs some two thousand for the last
# digits; with momentum it is the other way round, restless at first and exact soon after. For
# predicting new patients the first ten steps count most: the last digits of this loss are noise.
#
# ### A few examples at a time
#
# With a million examples one exact gradient is expensive. **Stochastic gradient descent (descente
# de gradient stochastique)**, SGD, computes it from a small random **batch (lot)**. On average it
# points the right way. Look at both curves against the number of patients read, the true cost:
# a full step reads 442, a batch 16. The thin line is the best possible loss.

# %%
rng = np.random.default_rng(1)
BATCH = 16
w, losses = zero.copy(), []
for _ in range(3000 // BATCH * 10):
    rows = rng.integers(len(X), size=BATCH)
    w = w - 0.02 * 2 / BATCH * X[rows].T @ (X[rows] @ w - y[rows])
    losses.append(loss(w))

plt.figure(figsize=(7, 3.5))
read = BATCH * np.arange(1, len(losses) + 1)
whole = [loss(w) for w in plain[1:68]]
plt.semilogx(read, losses, color="0.6", label=f"batches of {BATCH}")
plt.semilogx(len(X) * np.arange(1, 68), whole, "k--o", markersize=3, label="all patients")
plt.axhline(loss(best), color="black", linewidth=0.7)
plt.xlabel("patients read")
plt.ylabel("loss")
plt.legend()
plt.show()
for steps in (2, 67):
    batched = np.mean(losses[steps * len(X) // BATCH - 5 : steps * len(X) // BATCH])
    print(f"{steps * len(X)} patients read: batches {batched:.3f}, all {whole[steps - 1]:.3f}")
    assert (batched < whole[steps - 1]) == (steps == 2)

# %% [markdown]
# Before the second full step is done, the batches are far ahead. But every batch tells a slightly
# different story, so the grey curve trembles, and it goes on trembling above the thin line as long
# as its steps keep their size; in the end the full steps overtake it. That is why learning rates
# are made to fall towards the end of a training. Every training in this project is of this kind:
# random batches, a velocity or something like it (the method called Adam), and a rate that falls.
#
# ## Two walkers on one surface
#
# A GAN is not a descent but a game: one player makes a number as small as it can, the other as
# large as it can. Let us look ahead at the smallest game: $f(x, y) = xy$, $x$ descends,
# $y$ climbs. The only place where neither wants to move is the origin, a saddle. Do they find it?

# %%
RATE, STEPS = 0.1, 200
game = descend(lambda point: np.array([point[1], -point[0]]), (1.0, 0.0), RATE, STEPS)
plt.figure(figsize=(4.2, 4))
plt.plot(*game.T, ".-", color="0.5", markersize=3)
plt.plot(*game[0], "ko", label="start")
plt.plot(0, 0, "k+", markersize=14, label="equilibrium")
plt.xlabel("x: wants xy small")
plt.ylabel("y: wants xy large")
plt.axis("equal")
plt.legend()
plt.show()
growth = np.linalg.norm(game[-1])
print(f"distance from the equilibrium: 1 at the start, {growth:.3f} after {STEPS} steps")
assert np.isclose(growth, (1 + RATE**2) ** (STEPS / 2))

# %% [markdown]
# They run after each other in a growing spiral: each step multiplies the distance by
# $\sqrt{1 + h^2}$, so no step size is small enough. Gradient descent, which is so dependable on one
# loss, fails on the simplest game. Notebook 4 takes this up and shows what helps.

# %% [markdown]
# ## Exercises
#
# 1. For which starts does descent on the curve, with step size 0.02, end in the global minimum?
#    Find the border without trying many starts.
#
# <details><summary>Answer</summary>
#
# The border is the summit between the two valleys, the middle root of $4x^3 - 6x + 1 = 0$, about
# $0.17$. With small steps a walker never crosses a place where the gradient is zero: starts to the
# left of it end at $-1.30$, unless they are so far out that the first step jumps over everything.
# (`np.roots([4, 0, -6, 1])` gives all three roots.)
# </details>
#
# 2. Why not make $\epsilon$ in `by_differences` as small as possible? Try $10^{-1}, 10^{-3},
#    \dots, 10^{-13}$ on the curve at $x = 1.5$ and look at the error.
#
# <details><summary>Answer</summary>
#
# The error first falls like $\epsilon^2$ (the formula is exact up to third derivatives), then it
# grows like $10^{-16}/\epsilon$: the two values agree in more and more digits, and their difference
# keeps only rounding errors. The best $\epsilon$ is near $10^{-5}$.
# </details>
#
# 3. Give the walker on the saddle momentum 0.9. How do the waiting times change, and why?
#
# <details><summary>Answer</summary>
#
# They become several times shorter. Along $y$ the pushes all point the same way, so the velocity
# builds up: the factor per step grows from $1.1$ to the larger root of
# $z^2 - (1 + \beta + h) z + \beta = 0$, about $1.32$.
# </details>
#
# 4. In the game let $y$ move after $x$ and see $x$'s new place. What changes?
#
# <details><summary>Answer</summary>
#
# The spiral closes into an ellipse: the two steps together have determinant one, so the distance
# neither grows nor shrinks in the long run. Turns help, but they do not converge either.
# </details>

# %% [markdown]
# ## What to read
#
# * A. Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*, 1847:
#   where gradient descent comes from, two pages.
# * H. Robbins and S. Monro, *A stochastic approximation method*, 1951: why noisy steps converge
#   when they shrink.
# * B. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964: momentum.
# * Y. Dauphin et al., *Identifying and attacking the saddle point problem in high-dimensional
#   non-convex optimization*, 2014.
# * I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, chapters 4 and 8.
#
# Next: [2. A neural network from scratch](02_neural_network.ipynb).
