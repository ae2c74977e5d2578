# %% [markdown]
# # 7. Words as points
#
# A network computes with numbers, and a sentence is made of words. **Word vectors (vecteurs de
# mots)**, also called **embeddings (plongements)**, give every word a place in space, such that
# words used alike lie close together. In this project the generator writes points in that space,
# and the nearest word to each point is what you read.
#
# **At the end you will be able to** train word2vec, question it by neighbours and analogies, say
# what it can and cannot know, explain why words are hard for a GAN, and read sentences from points.
#
# **You need** scalar products and cosines (notebook 1 is enough); notebook 4 for the last part.
#
# **Time.** A minute to run, about an hour to read with the exercises.
#
# The next cell loads the tools; in Colab it first installs the project. Nothing here needs Keras,
# so there is no backend to choose.

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
from gensim.models import KeyedVectors

from textgan.text.corpus import load_corpus
from textgan.text.grammar import Grammar
from textgan.text.lexicon import Lexicon
from textgan.text.vector_quality import nearest_words
from textgan.text.vectors import Word2VecSettings, train_vectors

plain = {"figure.facecolor": "white", "figure.constrained_layout.use": True}
plt.style.use(["grayscale", plain])

# %% [markdown]
# ## A small language
#
# The built-in language of **scenes** has 262 words. A grammar writes it, which has an advantage
# that no real text has: we know exactly which words can replace each other and which sentences
# are right. Here are some of its 20,000 training sentences.

# %%
scenes = load_corpus("scenes")
for sentence in scenes.train[:8]:
    print(" ".join(sentence))

# %% [markdown]
# How should these words become numbers? The simplest way is a vector with a 1 at the word's number
# and 0 elsewhere, **one-hot (codage one-hot)**. But then all words are equally far from each other:
# "cat" is no nearer to "dog" than to "the".
#
# **word2vec** (Mikolov et al. 2013) starts from an old idea: a word is known by the company it
# keeps. Each word $w$ gets a vector $v_w$, and as a neighbour a second one, $u_w$. For each pair of
# a word and a neighbour from the text, and $k$ words $n$ drawn at random, training makes
#
# $$-\log \sigma(u_c \cdot v_w) - \sum_{j=1}^{k} \log \sigma(-u_{n_j} \cdot v_w),
#   \qquad \sigma(z) = \frac{1}{1 + e^{-z}},$$
#
# small: $v_w$ should point along its real neighbours and away from random words. This is called
# **skip-gram with negative sampling (échantillonnage négatif)**. It is a loss like any other, and
# gensim descends on it. Two words with the same neighbours are pulled to the same place.

# %%
vectors = train_vectors(scenes.train, Word2VecSettings(epochs=5))
print(f"{len(vectors.words)} words, a vector of {vectors.matrix.shape[1]} numbers each")

# %% [markdown]
# ## Neighbours
#
# How alike two words are is measured by the **cosine (cosinus)** of the angle between their
# vectors: 1 for the same direction, 0 for a right angle. Ask for the nearest words to some of them,
# and look at what the answers have in common.


# %%
def show_neighbours(vectors, words):
    for word in words:
        found = nearest_words(vectors, word, count=6)
        print(f"{word:>12}: " + ", ".join(f"{other} {cosine:.2f}" for other, cosine in found))


show_neighbours(vectors, ["cat", "dogs", "red", "her", "reads", "pizza", "near"])

# %% [markdown]
# The neighbours are the words that could stand in the same place: "cat" has other animals, and
# "dogs" has animals in the plural, though nobody taught word2vec what a plural is. The grammar uses
# all animals alike, so their vectors nearly coincide; what distinguishes a cat from a goat is not
# in these sentences, and so it is not in the vectors. **A vector knows what the text shows, and
# nothing else.**
#
# To see it, project the 64 dimensions onto the two in which some classes of words differ most
# (**principal component analysis, analyse en composantes principales**). Each class has a mark of
# its own.

# %%
CLASSES = {
    "an animal": "dog cat horse cow rabbit duck goat donkey pony kitten",
    "animals": "dogs cats horses cows rabbits ducks goats donkeys ponies kittens",
    "a food": "sandwich pizza cake banana pancake carrot cookie pear apple muffin",
    "a colour": "red blue green yellow black white brown gray pink purple",
    "he or she stays": "sits stands rests waits sleeps",
    "they stay": "sit stand rest wait sleep",
}
row = {word: number for number, word in enumerate(vectors.words)}
members = [[row[word] for word in words.split()] for words in CLASSES.values()]
chosen = vectors.matrix[np.concatenate(members)]
centre = chosen.mean(axis=0)
axes_of_space = np.linalg.svd(chosen - centre, full_matrices=False)[2][:2]

plt.figure(figsize=(7.5, 4.5))
for name, rows, marker in zip(CLASSES, members, "osD^v<", strict=True):
    flat = (vectors.matrix[rows] - centre) @ axes_of_space.T
    plt.plot(*flat.T, marker, markersize=7, alpha=0.7, label=name)
    plt.annotate(vectors.words[rows[0]], flat[0], xytext=(6, 6), textcoords="offset points")
plt.xlabel("first component")
plt.ylabel("second component")
plt.legend(fontsize=9)
plt.show()

# %% [markdown]
# Every class is a tight heap, away from the others. The next cell turns that into a number: for
# every word in these classes, is its nearest neighbour of its own class? By chance that would be
# so in fewer than 4 of 100 cases.

# %%
same = [
    nearest_words(vectors, word, count=1)[0][0] in words.split()
    for words in CLASSES.values()
    for word in words.split()
]
print(f"the nearest word is of the same class for {np.mean(same):.0%} of {len(same)} words")
assert np.mean(same) > 0.95

# %% [markdown]
# ## Analogies
#
# Differences between vectors carry meaning, too: the step from "woman" to "her" should be the step
# from "man" to "his". An **analogy (analogie)** asks for the word nearest to
# $v_{\text{her}} - v_{\text{woman}} + v_{\text{man}}$. gensim computes it; the three words of the
# question are not allowed as answers. Look at the last two with care.

# %%
keyed = KeyedVectors(vectors.matrix.shape[1])
keyed.add_vectors(list(vectors.words), vectors.matrix)


def complete(a, b, c, count=3):
    """Answer "a is to b as c is to ?"."""
    return [word for word, _ in keyed.most_similar(positive=[b, c], negative=[a], topn=count)]


for a, b, c in (
    ("woman", "her", "man"),
    ("sits", "sit", "reads"),
    ("eats", "pizza", "wears"),
    ("waiter", "waitress", "boy"),
    ("dog", "dogs", "cat"),
):
    print(f"{a} : {b}  =  {c} : {', '.join(complete(a, b, c))}")
assert complete("woman", "her", "man")[0] == "his"
assert complete("sits", "sit", "reads")[0] in {"read", "fold", "study", "open"}

# %% [markdown]
# The first two are right, and "eats pizza" leads to "wears", with something to wear. The last two
# are right about the kind and wrong about the word, some woman, some animals: nothing in the text
# ties "cat" to "cats" more than to "donkeys".
#
# ## Real text
#
# 300 Australian news stories of 2001 come with gensim: small for word2vec, but real. Words that
# occur fewer than four times get no vector. Compare the kind of neighbours with those above.

# %%
news = load_corpus("lee-news")
news_vectors = train_vectors(news.train, Word2VecSettings(dim=50, epochs=20, min_count=4))
print(f"{len(news.train)} sentences, {len(news_vectors.words)} words with a vector")
show_neighbours(news_vectors, ["minister", "israeli", "fire", "cricket", "afghanistan", "monday"])
assert "prime" in dict(nearest_words(news_vectors, "minister", count=3))

# %% [markdown]
# These neighbours share a subject more than a place in the sentence: "minister" calls up "prime"
# and names of ministers, "fire" its crews. In a real text words occur together because they are
# about the same thing. Vectors trained on billions of words, such as Google's (`python
# scripts/catalogue.py` lists those that this project can load), know both kinds of kinship.
#
# ## Why words are hard for a GAN
#
# In notebook 4 the generator learned from the slope of the discriminator: move this pixel a little,
# and the image looks a little more real. **A word cannot be moved a little.** Suppose that a
# generator gives each word a score, and writes the word with the highest. Nudge the scores by a
# millionth, and see how many of 1,000 choices change.

# %%
rng = np.random.default_rng(0)
scores = rng.normal(size=(1000, len(vectors.words)))
nudged = scores + 1e-6 * rng.normal(size=scores.shape)
changed = (scores.argmax(axis=1) != nudged.argmax(axis=1)).sum()
print(f"{changed} of {len(scores)} choices changed")
assert changed <= 1

# %% [markdown]
# None: a choice is flat almost everywhere, its gradient is zero, and nothing comes back to the
# generator. Three ways out have been tried.
#
# * **Reward**: treat writing as a game with a score and estimate the gradient by chance
#   (reinforcement learning; SeqGAN, Yu et al. 2017). It works, slowly, after much pretraining.
# * **Blends**: show the discriminator the probabilities of all words instead of one word. But real
#   text is one-hot, so a discriminator that asks only "is the largest entry 1?" is always right.
# * **Points**: let the generator write points among the word vectors, and judge points. This is
#   what the project does. There is a slope everywhere, since points can move a little.
#
# ## Sentences as rows of points
#
# A `Lexicon` prepares the points: it centres the vectors and puts them all on one sphere of radius
# $\sqrt{64} = 8$, so that no word is louder than another. **Whitening (blanchiment)** moves words
# of one class further apart. One more point stands for "after the end", so that short sentences
# fill up. `encode` writes sentences as row numbers of the points, and `decode` reads points back,
# each as its nearest word by cosine.

# %%
lexicon = Lexicon.of(vectors.words, vectors.matrix, whitening=0.5)
sample = scenes.test[:1000]
rows = lexicon.encode(sample, length=scenes.max_words)
points = lexicon.points[rows]
print("sentences, positions, dimensions:", points.shape)
print("row numbers:", rows[0].tolist())
print("read back:  ", " ".join(lexicon.decode(points)[0]))
assert lexicon.decode(points) == sample

# %% [markdown]
# Every sentence survives the way to points and back. What lies between words? Walk in a straight
# line from one word to another, and read the nearest word at nine places on the way.

# %%
names = [*lexicon.words, "(end)"]
for first, last in (("dog", "cat"), ("red", "sleeps"), ("dog", "the")):
    way = np.linspace(lexicon.points[row[first]], lexicon.points[row[last]], 9)
    print(" - ".join(names[number] for number in lexicon.nearest(way)))

# %% [markdown]
# Between words of one class there is nothing but the two. On a longer way other words turn up, and
# they are kin to the nearer end: from "red" by way of other colours to a verb by way of other
# verbs. A generator that misses a word by a little therefore tends to write one like it.
#
# How much is that worth? Disturb the points of 300 real sentences with Gaussian noise and read
# them. One curve shows how many come back unchanged; the second how many are still **grammatical**,
# which for this language can be decided exactly. The third is for comparison: it is what happens
# if the same positions were hit, but each got a random word.

# %%
grammar = Grammar.load()
levels = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0])
some, some_points = sample[:300], points[:300]
unchanged, grammatical, by_chance = [], [], []
for level in levels:
    read = lexicon.decode(some_points + level * rng.normal(size=some_points.shape))
    unchanged.append(np.mean([a == b for a, b in zip(read, some, strict=True)]))
    grammatical.append(np.mean([grammar.is_grammatical(sentence) for sentence in read]))
    shuffled = [
        [
            b if a == b else vectors.words[rng.integers(len(vectors.words))]
            for a, b in zip(heard, meant, strict=False)
        ]
        for heard, meant in zip(read, some, strict=True)
    ]
    by_chance.append(np.mean([grammar.is_grammatical(sentence) for sentence in shuffled]))
    if level in (0.6, 1.0, 3.0):
        print(f"noise {level}: {' '.join(some[0])}  ->  {' '.join(read[0])}")

plt.figure(figsize=(7, 3.5))
plt.plot(levels, grammatical, "ko-", label="grammatical")
plt.plot(levels, unchanged, "s--", color="0.4", label="unchanged")
plt.plot(levels, by_chance, "^:", color="0.6", label="grammatical, had the words been random")
plt.xlabel("noise in each coordinate (a coordinate is about 1)")
plt.ylabel("share of sentences")
plt.legend()
plt.show()
at = {level: number for number, level in enumerate(levels)}
assert grammatical[0] == unchanged[0] == 1.0
assert unchanged[at[0.2]] > 0.9
assert unchanged[at[1.0]] < 0.2
assert grammatical[at[1.0]] > 0.9
assert grammatical[at[3.0]] < 0.2

# %% [markdown]
# With a noise of 0.2 nearly every sentence comes back whole. At 1 hardly any does, and yet they are
# nearly all grammatical: the errors fall on words of the same class. Had the words been random,
# only the unchanged sentences would have been right. This is what pretrained vectors give a text
# GAN: **a close miss is a good sentence.** Beyond a noise of 2 the classes themselves are lost. (No
# real language has classes as clean as this one.)
#
# ## The trap that remains, and the noise that closes it
#
# Real sentences lie exactly on the words' points; those of a generator, however good, beside them.
# So the discriminator may simply measure the distance to the nearest word. Let a very good
# generator be off by 0.05 in each coordinate. We add the same noise to real and generated points
# alike, and see how often the best threshold on that distance tells them apart.


# %%
def distance_to_words(places):
    """Return the distance of each point to the nearest of the words' points."""
    squared = ((places**2).sum(axis=1)[:, None] + 64) - 2 * places @ lexicon.points.T
    return np.sqrt(np.maximum(0, squared.min(axis=1)))


def best_threshold_accuracy(real, fake):
    """Return how often the best "real if nearer than t" is right."""
    values = np.concatenate([real, fake])
    is_real = np.repeat([1, -1], len(real))[np.argsort(values)]
    return 0.5 + np.abs(np.cumsum(is_real)).max() / len(values)


real = lexicon.points[rows[:, 2]]
fake = real + 0.05 * rng.normal(size=real.shape)
levels = np.array([0.0, 0.05, 0.1, 0.2, 0.3, 0.5])
distances = [
    [distance_to_words(side + level * rng.normal(size=side.shape)) for side in (real, fake)]
    for level in levels
]
won = [best_threshold_accuracy(*pair) for pair in distances]

_, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
bins = np.linspace(0, 2.2, 60)
for number, hatch in ((0, ""), (3, "//")):
    for side, color in zip(distances[number], ("0.75", "0.25"), strict=True):
        name = "real" if color == "0.75" else "generated"
        label = f"{name}, noise {levels[number]:g}"
        left.hist(side, bins, color=color, hatch=hatch, alpha=0.6, edgecolor="k", label=label)
left.set(xlabel="distance to the nearest word", ylabel="points", yscale="log")
left.legend(fontsize=8)
right.plot(levels, won, "ko-")
right.axhline(0.5, color="0.5", linestyle="--")
right.set(xlabel="noise added to both", ylabel="accuracy of the threshold", ylim=(0.4, 1.05))
plt.show()
for level, value in zip(levels, won, strict=True):
    print(f"noise {level:.2f}: right in {value:.0%} of cases")
assert won[0] == 1.0
assert won[3] < 0.7

# %% [markdown]
# Without noise the threshold is always right: the two heaps on the left of the first picture do
# not touch. With 0.2 on both sides (hatched) the heaps lie on top of each other, and the threshold
# is hardly better than tossing a coin (dashed). This is **instance noise (bruit d'instance)**. The
# discriminator can no longer win by measuring, so it must judge what the words say. And the
# noise of 0.2 hardly ever changes a word, as the picture before showed. The project's text GANs are
# trained with 0.1 to 0.2.

# %% [markdown]
# ## Exercises
#
# 1. In this language word2vec gives "who" and "that" neighbours of different kinds. Which, and why?
#
# <details><summary>Answer</summary>
#
# `show_neighbours(vectors, ["who", "that"])`. "who" is near cakes, newspapers and cellos, "that"
# near ropes, bones and balls. In the scenes a woman who sits on a bench goes on to eat, read or
# play, and a dog that rests in the shade goes on to chase a toy. No word could replace them, so
# their neighbours are the company itself.
# </details>
#
# 2. Train the scenes with `Word2VecSettings(window=1)`. What happens to "woman : her = man : ?"
#
# <details><summary>Answer</summary>
#
# The answer is still "his", for a worse reason: its cosine to "her" rises from 0.66 to 0.99. "her"
# is two words away from "woman" (the kind woman feeds her dog), so with a window of one the two
# never meet. All that is left is that "her" and "his" stand between the same words; whose dog it
# is, is lost. Neighbours of other words are as good as before.
# </details>
#
# 3. Take `whitening=0` and `whitening=1` in the noise experiment. What is gained, what lost?
#
# <details><summary>Answer</summary>
#
# At a noise of 0.6, 16%, 32% and 12% of the sentences stay unchanged with whitening 0, 0.5 and 1.
# At 1.5, 92%, 83% and 4% are grammatical. Without whitening words of one class nearly coincide, so
# a miss stays in the class; with full whitening every direction counts the same, also those that
# say little, and classes are soon left. The project still plays scenes with whitening 1, because a
# discriminator that sees words apart notices when one is used too often; it needs less noise.
# </details>
#
# 4. "good" and "bad" are often close neighbours in vectors from real text. Why? When does it hurt?
#
# <details><summary>Answer</summary>
#
# They keep the same company: a good day, a bad day. word2vec sees use, not meaning. A generator
# that misses "good" by a little may write its opposite: a grammatical sentence that is wrong.
# </details>

# %% [markdown]
# ## What to read
#
# * J. R. Firth, *A synopsis of linguistic theory*, 1957: the company a word keeps.
# * T. Mikolov et al., *Efficient estimation of word representations in vector space*, 2013, and
#   *Distributed representations of words and phrases and their compositionality*, 2013: word2vec.
# * O. Levy and Y. Goldberg, *Neural word embedding as implicit matrix factorization*, 2014: what
#   the training computes, in the end.
# * L. Yu et al., *SeqGAN: sequence generative adversarial nets with policy gradient*, 2017.
# * C. K. Sønderby et al., *Amortised MAP inference for image super-resolution*, 2017: instance
#   noise.
#
# Next: [8. The text GAN](08_text_gan.ipynb).
