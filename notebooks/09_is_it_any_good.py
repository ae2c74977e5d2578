# %% [markdown]
# # 9. Is it any good?
#
# A generator has written ten thousand sentences. The loss does not say whether they are good
# (notebook 5), and nobody reads ten thousand sentences. So they are scored. In this notebook you
# meet the usual scores, and for each of them a generator that fools it without having learned
# anything worth having. In the language of scenes the truth can be computed, so we can always see
# who was fooled.
#
# **At the end you will be able to** compute BLEU, self-BLEU and a Fréchet distance and say what
# they measure, recognise a generator that scores well for a bad reason, compare generators fairly
# in a plane of quality and diversity, and check whether one has copied its training text.
#
# **You need** notebooks 5 and 7.
#
# **Time.** A minute or two to run, an hour and a half to read with the exercises.
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

from random import Random

import matplotlib.pyplot as plt
import numpy as np
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from textgan.backend import use_backend

use_backend(BACKEND)
from textgan.metrics.bleu import BleuReferences, bleu, self_bleu
from textgan.metrics.distribution import Gaussian, distribution_scores, frechet_distance
from textgan.metrics.memorization import copied_sentences, longest_copies, nearest_sentences
from textgan.metrics.protocols import protocol_self_bleu
from textgan.metrics.sentence_encoder import SentenceEncoder
from textgan.text.corpus import load_corpus
from textgan.text.grammar import Grammar, oracle_scores
from textgan.text.language_model import LanguageModel
from textgan.text.language_model_settings import LanguageModelSettings
from textgan.text.language_model_training import fit_language_model
from textgan.text.vectors import Word2VecSettings, prepare_points, train_vectors

plain = {"figure.facecolor": "white", "figure.constrained_layout.use": True}
plt.style.use(["grayscale", plain])

# %% [markdown]
# ## A language whose truth is known
#
# The scenes of notebook 7 are written by a grammar. It can do two things that no real text allows.
# It writes as much new real text as we like, which is what a perfect generator would do. And it is
# an **oracle (oracle)**: for any sentence it says whether it is grammatical, and how probable.
#
# How surprising is a real sentence? On average $-\log p$ is the language's **entropy (entropie)**,
# about 15 nats a sentence or 2 a word. The average over 2,000 fresh sentences should agree.

# %%
scenes = load_corpus("scenes")
grammar = Grammar.load()
N = 2000
real = grammar.sample(N, seed=10)
for sentence in real[:3]:
    print(f"{' '.join(sentence)}: -log p = {-grammar.log_probability(sentence):.1f}")
surprise = -np.mean([grammar.log_probability(sentence) for sentence in real])
print(f"entropy {grammar.entropy():.2f} nats, mean of {N} sentences {surprise:.2f}")
assert abs(surprise - grammar.entropy()) < 0.5
assert not grammar.is_grammatical(["a", "dogs", "sleep"])

# %% [markdown]
# ## BLEU
#
# Without an oracle, one compares with real sentences that the generator has not seen, the
# **references (références)**. **BLEU** (Papineni et al. 2002) counts **n-grams (n-grammes)**, runs
# of $n$ neighbouring words. Let $p_n$ be the share of a sentence's n-grams that occur in some
# reference. Then
#
# $$\text{BLEU-}N = b \cdot (p_1 p_2 \cdots p_N)^{1/N},$$
#
# from 0 to 1. An n-gram counts at most as often as one single reference has it, and where $p_n$ is
# 0 a tenth of a match is granted, so that the product survives. The factor $b$, the **brevity
# penalty (pénalité de brièveté)**, is below 1 if the reference closest in length is longer. We
# score a real sentence, the same with one word changed, its words in random order, one word five
# times, and a stump; NLTK checks.

# %%
some = scenes.test[:500]
sentences = {
    "real": real[0],
    "one word changed": (*real[0][:2], "sky", *real[0][3:]),
    "shuffled": tuple(Random(1).sample(real[0], len(real[0]))),
    "one word": ("the",) * 5,
    "stump": real[0][:2],
}
ours = bleu(list(sentences.values()), some)
method = SmoothingFunction().method1
for (name, sentence), scores in zip(sentences.items(), ours.sentence, strict=True):
    print(f"{name:>16}: BLEU-2 {scores[0]:.3f}, BLEU-4 {scores[2]:.3f}   {' '.join(sentence)}")
    for order in (2, 4):
        weights = [1 / order] * order
        theirs = sentence_bleu(some, sentence, weights, smoothing_function=method)
        assert np.isclose(scores[order - 2], theirs, atol=1e-9)
by_name = dict(zip(sentences, ours.sentence[:, 2], strict=True))
assert by_name["real"] == max(by_name.values())

# %% [markdown]
# Even a perfect sentence does not get 1, since 500 sentences do not hold every run of four words of
# the language. One wrong word breaks up to four 4-grams. BLEU was made for translations, where the
# references say what the sentence should. Here they are just other sentences, and all that is
# asked is whether its n-grams have been seen.
#
# ## A score needs a protocol
#
# The score of a generator is the mean over its sentences. It depends on who is compared with how
# many. Score the same 2,000 real sentences against more and more references.

# %%
numbers = [10, 100, 1000, 10_000]
against = np.array([list(bleu(real, scenes.test[:n]).mean().values()) for n in numbers])
plt.figure(figsize=(7, 3))
for order, style in zip((2, 3, 4, 5), ("-", "--", "-.", ":"), strict=True):
    plt.plot(
        numbers, against[:, order - 2], style, marker="o", color="black", label=f"BLEU-{order}"
    )
plt.xscale("log")
plt.xlabel("references")
plt.ylabel("BLEU of real sentences")
plt.legend()
plt.show()
assert (np.diff(against, axis=0) > 0).all()
assert against[-1, 2] > 2 * against[0, 2]

# %% [markdown]
# The sentences stay the same and BLEU-4 more than doubles. So two papers' numbers can be compared
# only if they took the same number of references, and the same tokenisation, smoothing, case. That
# is why every score of this project carries a signature. And why real text is scored beside the
# samples: **the value to reach is that of real text, not 1.**
#
# ## Self-BLEU
#
# BLEU asks nothing about variety. **Self-BLEU** (Zhu et al. 2018) does: it is the BLEU of each
# sample with all the other samples as references, high when they resemble each other. Here, too,
# the protocol matters: in the code of one well-known paper each sample is among its own references.
# Compare what both make of the same real sentences.

# %%
form = {"tok": "whitespace", "case": "cased"}
for protocol in ("texygen", "relgan"):
    score = next(s for s in protocol_self_bleu(real, protocol, form) if s.name == "self_bleu.4")
    print(f"{score.value:.3f} {score.signature}")
    assert (score.value > 0.99) == (protocol == "relgan")

# %% [markdown]
# A sample that is its own reference has seen all its n-grams, so the second number says nothing
# about the samples (a sentence of three words, without any 4-gram, is why it is not quite 1). From
# here on we take Texygen's protocol, all against all the others. A **lower** self-BLEU is more
# diverse; again the value to reach is that of real text.
#
# ## Four generators that have learned nothing worth having
#
# * `dice` draws every word by itself, as often as it occurs.
# * `safe` has chosen twenty training sentences that score best, and repeats them for ever. This is
#   mode collapse, as in notebook 5.
# * `chain` remembers two words: it looks up where they stand in the training text, and takes the
#   word that comes next in one of these places (a **Markov chain, chaîne de Markov**).
# * `copier` repeats training sentences at random.
#
# Which of them score above real text, and where would you notice?

# %%
references = BleuReferences(scenes.test)
chance = Random(0)
all_words = [word for sentence in scenes.train for word in sentence]
best = np.argsort(-references.score(scenes.train[:5000]).sentence[:, 2], kind="stable")[:20]
followers: dict[tuple[str, ...], list[str]] = {}
for sentence in scenes.train:
    padded = ("", "", *sentence, "")
    for first, second, third in zip(padded, padded[1:], padded[2:], strict=False):
        followers.setdefault((first, second), []).append(third)


def walk():
    """Write a sentence by a memory of two words."""
    words = ["", ""]
    while len(words) == 2 or words[-1]:
        words.append(chance.choice(followers[tuple(words[-2:])]))
    return tuple(words[2:-1])


texts = {
    "real": real,
    "dice": [tuple(chance.choices(all_words, k=len(sentence))) for sentence in real],
    "safe": [scenes.train[number] for number in chance.choices(best.tolist(), k=N)],
    "chain": [walk() for _ in range(N)],
    "copier": chance.choices(scenes.train, k=N),
}
scores = {}


def score(name):
    """Score a text by BLEU and self-BLEU; keep the scores and print them."""
    quality, likeness = references.score(texts[name]).mean(), self_bleu(texts[name]).mean()
    scores[name] = {"BLEU-4": quality[4], "self-BLEU-4": likeness[4]}
    print(f"{name:>8}: BLEU-3 {quality[3]:.3f}  BLEU-4 {quality[4]:.3f}   ", end="")
    print(f"self-BLEU-3 {likeness[3]:.3f}  self-BLEU-4 {likeness[4]:.3f}")


for name in texts:
    score(name)
assert scores["safe"]["BLEU-4"] > scores["real"]["BLEU-4"] + 0.1
assert scores["safe"]["self-BLEU-4"] == 1.0
assert scores["dice"]["self-BLEU-4"] < scores["real"]["self-BLEU-4"] / 2
for name in ("chain", "copier"):
    for key, value in scores["real"].items():
        assert abs(scores[name][key] - value) < 0.06

# %% [markdown]
# Twenty sentences beat the language itself on BLEU. **A generator above real text has collapsed,
# not won.** Self-BLEU gives it away, and is in turn fooled by `dice`, which looks wonderfully
# diverse. Each score alone has its cheat.
#
# Then there are the other two, which are close to real text on all counts. `copier` is no surprise,
# since it writes real text. But what of `chain`? Let the oracle sort out what is not grammatical,
# and read the first five.

# %%
wrong = [sentence for sentence in texts["chain"] if not grammar.is_grammatical(sentence)]
print(f"{len(wrong) / N:.0%} of its sentences are wrong, such as")
for sentence in wrong[:5]:
    print("   ", " ".join(sentence))
assert 0.3 < len(wrong) / N < 0.55

# %% [markdown]
# Two fifths of its sentences are wrong. It forgets who is speaking: whether there was one dog or
# two, whether something can be eaten. Every three words in a row are real, so BLEU-3 hardly
# objects, and few 4-grams are unseen. **BLEU-N judges the neighbourhood of N words and nothing
# beyond.**
#
# ## The frontier of a language model
#
# An honest opponent: a **language model (modèle de langue)**, which gives every next word a
# probability, given all words before. Ours is an LSTM, a recurrent network, trained by **maximum
# likelihood (maximum de vraisemblance)**: make the training text as probable as you can. We train
# two, one for 600 steps and one for 250, which is too short. **Perplexity (perplexité)** is the
# exponential of the mean surprise per word, the end of a sentence counted as one: as if the model
# had to guess among so many words. The oracle's own is the least that is possible.

# %%
vocabulary = sorted(set(all_words))
models = {}
counted = np.mean([len(sentence) + 1 for sentence in real])
print(f"oracle: perplexity {np.exp(grammar.entropy() / counted):.2f}")
for name, steps in (("short", 250), ("long", 600)):
    settings = LanguageModelSettings(
        dim=64, width=96, dropout=0.0, rate=8e-3, steps=steps, evaluate_every=steps
    )
    models[name] = LanguageModel(vocabulary, scenes.max_words, settings, seed=1)
    fit_language_model(models[name], scenes.train, scenes.validation[:500])
    print(f"{name}: perplexity {models[name].score(real).perplexity:.2f}")

# %% [markdown]
# A language model has a dial, the **temperature (température)** $T$: its logits are divided by $T$
# before a word is drawn. Below 1 the likely words become likelier; above 1 all words move closer
# together. One model is therefore not one point but a curve. Draw it in a plane: quality upwards,
# diversity to the left. Real text is the cross. Where do the curves pass it, and where are the four
# cheats?

# %%
TEMPERATURES = (0.3, 0.5, 0.7, 1.0, 1.3)
for name, model in models.items():
    for temperature in TEMPERATURES:
        texts[f"{name} {temperature:g}"] = model.sample(N, seed=1, temperature=temperature)
        score(f"{name} {temperature:g}")


def place(name):
    return scores[name]["self-BLEU-4"], scores[name]["BLEU-4"]


curves = {name: np.array([place(f"{name} {t:g}") for t in TEMPERATURES]) for name in models}
plt.figure(figsize=(7.5, 5))
for (name, curve), style in zip(curves.items(), ("s--", "o-"), strict=True):
    plt.plot(*curve.T, style, color="0.45", label=f"language model, {name} training")
    for temperature, spot in zip(TEMPERATURES, curve, strict=True):
        plt.annotate(
            f"{temperature:g}", spot, xytext=(5, -12), textcoords="offset points", fontsize=8
        )
for name, marker in zip(("dice", "safe", "chain", "copier"), "v^Dx", strict=True):
    plt.plot(*place(name), marker, color="black", markersize=8, label=name)
plt.axvline(place("real")[0], color="0.6", linewidth=0.8)
plt.axhline(place("real")[1], color="0.6", linewidth=0.8)
plt.plot(*place("real"), "+", color="black", markersize=18, markeredgewidth=2, label="real text")
plt.xlabel("self-BLEU-4 (less: more diverse)")
plt.ylabel("BLEU-4 (more: more like real text)")
plt.legend()
plt.show()
for curve in curves.values():
    assert (np.diff(curve, axis=0) < 0).all()
assert (curves["long"][0] > place("real")).all()
assert (curves["long"][-1] < place("real")).all()

# %% [markdown]
# With the dial alone the same model passes from above real text in BLEU, at low temperature, to far
# below. So "our BLEU is higher" proves nothing: anyone can have a higher one by turning the dial.
# What counts is **the height of the curve at equal diversity**. Caccia et al. (2018) measured the
# text GANs of their time in this way and found them all below the curve of a plain language model;
# on captions that holds for this project's GAN, too (see the README).
#
# At the self-BLEU of real text, how high are the two curves?

# %%
likeness, quality = place("real")
heights = {name: np.interp(likeness, *curve[::-1].T) for name, curve in curves.items()}
print(f"BLEU-4 where self-BLEU-4 is {likeness:.3f}: real text {quality:.3f},", end=" ")
print(", ".join(f"{name} {height:.3f}" for name, height in heights.items()))
assert heights["short"] + 0.02 < heights["long"] < quality + 0.02
assert place("chain")[1] > np.interp(place("chain")[0], *curves["short"][::-1].T)

# %% [markdown]
# The longer training pays, and the curve of the better model comes close to the cross. The plane
# unmasks `dice` and `safe`, far out on the two ends. But `chain`, with two fifths of its sentences
# wrong, stands close to real text and above the whole curve of the shorter training; and `copier`
# is next to the cross. The plane is necessary. It is not sufficient.
#
# ## Fréchet distance
#
# Another way: turn every sentence into a vector of **features (caractéristiques)** and ask how far
# two clouds of vectors are apart. The **Fréchet distance (distance de Fréchet)** takes both for
# Gaussians, with means $m, n$ and covariances $C, D$ (Heusel et al. 2017):
#
# $$d = \|m - n\|^2 + \operatorname{tr}\left(C + D - 2 (C D)^{1/2}\right).$$
#
# In one dimension it is $(m - n)^2 + (s - t)^2$, with standard deviations $s$ and $t$. We check
# that, and then what real text scores against real text, depending on how many sentences there are.
# Images are given to a classifier for their features. Our encoder takes the word vectors of
# notebook 7 and averages cosines of random projections over all windows of one to four words.

# %%
one, other = Gaussian(np.array([1.0]), np.array([[4.0]])), Gaussian(np.zeros(1), np.array([[9.0]]))
assert np.isclose(frechet_distance(one, other), (1 - 0) ** 2 + (2 - 3) ** 2)

vectors = train_vectors(scenes.train, Word2VecSettings(epochs=5))
encode = SentenceEncoder(vectors.words, prepare_points(vectors.matrix, whitening=0.5))
features = encode(scenes.test[:N])
floor = []
for size in (250, 500, 1000, 2000):
    distance = distribution_scores(encode(real[:size]), features[:size])[0]
    floor.append(distance.value)
    print(f"{size} real sentences against {size} others: {distance.value:.1f}")
assert (np.diff(floor) < 0).all()
assert floor[0] > 3 * floor[-1]

# %% [markdown]
# It is not 0 for real text, and halves when the number doubles: a covariance of 256 features,
# guessed from few sentences, is off. So compare only sets of one size, and read each distance as a
# multiple of that of real text.
#
# Now for everybody. Beside it stand **precision (précision)**, the share of samples that lie near a
# real sentence, and **recall (rappel)**, the share of real sentences near a sample: they tell which
# of the two goes wrong.

# %%
for name, text in texts.items():
    found = {s.name: s.value for s in distribution_scores(encode(text), features)}
    scores[name] |= {key: found[key] for key in ("frechet", "precision", "recall")}
    if not name.startswith("short"):
        print(
            f"{name:>8}: Fréchet {found['frechet']:6.1f}   "
            f"precision {found['precision']:.2f}  recall {found['recall']:.2f}"
        )
distances = [scores[f"long {t:g}"]["frechet"] for t in TEMPERATURES]
plt.figure(figsize=(7, 3))
plt.plot(TEMPERATURES, distances, "ko-", label="language model, long training")
for name, style in (("chain", "-."), ("real", "--")):
    plt.axhline(scores[name]["frechet"], color="0.5", linestyle=style, label=name)
plt.yscale("log")
plt.xlabel("temperature")
plt.ylabel("Fréchet distance")
plt.legend()
plt.show()
assert 0 < np.argmin(distances) < len(distances) - 1
assert min(distances) < 0.7 * scores["chain"]["frechet"]
assert scores["safe"]["recall"] < 0.1 < 0.8 < scores["safe"]["precision"]
assert scores["dice"]["precision"] < 0.1
assert scores["copier"]["frechet"] < min(distances)

# %% [markdown]
# One number, and it rises on both sides, for lost diversity and for lost quality: the best
# temperature lies in between. `safe` has a precision near 1 and no recall, `dice` no precision. And
# `chain` is found out, several times as far from real text as real text itself, and farther than
# the model at its best. It is one number, though, of one encoder: what that does not look at goes
# unpunished, here everything beyond four words.
#
# One cheat is left, and it scores like real text in everything.
#
# ## Copying
# `copier` has passed everything, because by these scores copied text **is** real text. A generator
# that only recites its training text has learned nothing that a file could not do; this is
# **memorisation (mémorisation)**. Three questions: how many samples are training sentences, word by
# word? How long is the longest run of words from one training sentence, as a share of the sample?
# And what is the nearest training sentence? In a small language even fresh real sentences sometimes
# repeat old ones, so once more real text gives the measure.

# %%
for name in ("real", "chain", "copier", "long 0.3", "long 1"):
    text = texts[name]
    lengths = np.array([len(sentence) for sentence in text])
    scores[name] |= {
        "copied": copied_sentences(text, scenes.train).mean(),
        "run": (longest_copies(text, scenes.train) / lengths).mean(),
    }
    print(
        f"{name:>8}: {scores[name]['copied']:.1%} copied, "
        f"longest run {scores[name]['run']:.0%} of a sentence"
    )
sample = texts["long 1"][:3]
nearest = nearest_sentences(sample, scenes.train)
for sentence, number in zip(sample, nearest.training, strict=True):
    print(f"{' '.join(sentence)}\n    nearest: {' '.join(scenes.train[number])}")
assert scores["copier"]["copied"] == 1.0
assert scores["real"]["copied"] < 0.05
assert scores["long 1"]["copied"] < 0.05
assert abs(scores["long 1"]["run"] - scores["real"]["run"]) < 0.1

# %% [markdown]
# `copier` is caught. The language model at temperature 1 copies no more than the grammar itself,
# which does not know the training text: it has learned rules rather than sentences.
#
# ## The truth
#
# Real text has no oracle, scenes have one. Two numbers tell all. The share of grammatical sentences
# is quality. For diversity look at $-\log p$ per word of the grammatical ones: it should be that of
# real text. Where it is lower, the generator keeps to what is most likely. So who was fooled?

# %%
print("            BLEU-4  self-BLEU-4  Fréchet  grammatical  nats per word")
chosen = ["real", "dice", "safe", "chain", "copier"] + [f"long {t:g}" for t in TEMPERATURES]
for name in chosen:
    truth = oracle_scores(grammar, texts[name])
    scores[name] |= {"grammatical": truth.grammatical, "nats": truth.nll_per_word}
    row = [scores[name][key] for key in ("BLEU-4", "self-BLEU-4", "frechet")]
    print(f"{name:>10}  {row[0]:6.3f}  {row[1]:11.3f}  {row[2]:7.1f}", end="")
    print(f"  {truth.grammatical:11.1%}  {truth.nll_per_word:13.3f}")
assert scores["real"]["grammatical"] == 1.0
assert scores["long 1"]["grammatical"] > scores["chain"]["grammatical"] + 0.05
assert abs(scores["long 1"]["BLEU-4"] - scores["chain"]["BLEU-4"]) < 0.07
grammatical = [scores[f"long {t:g}"]["grammatical"] for t in TEMPERATURES]
assert (np.diff(grammatical) < 0).all()
assert scores["long 0.3"]["nats"] < scores["real"]["nats"] - 0.05

# %% [markdown]
# * At equal BLEU-4 the language model writes far more grammatical sentences than `chain`: BLEU took
#   local for good.
# * At low temperature nearly everything is grammatical, and too likely. Both truths must be read
#   together, as their substitutes must.
# * `safe` and `copier` get 100%, and `copier` the right nats as well: the truth about single
#   sentences sees neither repetition nor copying. There is no single number, not even with an
#   oracle.
#
# For a language model, which knows the probability of its sentences, there is a last truth, the
# **Kullback-Leibler divergence (divergence de Kullback-Leibler)** from language to model,
#
# $$\mathrm{KL}(p, q) = \mathbb{E}_{x \sim p} \left[\log p(x) - \log q(x)\right],$$
#
# which is 0 only if the two are the same. No cheat lowers it: a sentence of the language that the
# model considers impossible makes it infinite. A GAN cannot be asked, since it writes without
# knowing how probable its sentences are. That is why this notebook is needed.

# %%
log_p = np.array([grammar.log_probability(sentence) for sentence in real])
divergences = {name: (log_p - m.log_probability(real)).mean() for name, m in models.items()}
print({name: f"{value:.2f} nats a sentence" for name, value in divergences.items()})
assert 0 < divergences["long"] < divergences["short"]

# %% [markdown]
# To score a run of your own, `python scripts/evaluate_text.py RUN` computes all of this, with
# intervals, each beside real text. Read it in this order: is a score above real text's? Where does
# it stand in the plane, beside the frontier? Does it copy? And then read a hundred sentences.

# %% [markdown]
# ## Exercises
#
# 1. Let `safe` repeat its 1, 100, 1,000 or 3,000 best sentences. When is its BLEU-4 no longer above
#    that of real text? What do self-BLEU and the Fréchet distance say?
#
# <details><summary>Answer</summary>
#
# BLEU-4 is 1.000 up to 1,000 sentences, and with 3,000 it is still 0.935, above the 0.849 of real
# text. Self-BLEU-4 is 1, 1, 0.955, 0.796, always too high; the Fréchet distance falls from 1,300 by
# way of 190 and 130 to 37. With 1,000 different sentences no reader would notice the collapse.
# </details>
#
# 2. Give `chain` a memory of one word, and of four. Where does it go in the plane, and how many of
#    its sentences are grammatical?
#
# <details><summary>Answer</summary>
#
# With one word: BLEU-4 0.54, self-BLEU-4 0.46 and 4% grammatical, below the language models. With
# four: 0.85 and 0.63, next to real text, and 93% grammatical. But 30% of its sentences are copied,
# where real text has 3%: a long memory finds few places to go on from, and recites.
# </details>
#
# 3. You have time to generate ten sentences only. Can you trust their BLEU, and their self-BLEU?
#
# <details><summary>Answer</summary>
#
# Neither. The BLEU-4 of single real sentences scatters with a deviation of 0.14, so a mean of ten
# is off by 0.05 as a rule: tens of real sentences score from 0.80 to 0.94. (`protocol_bleu` gives
# such an interval with each score.) Self-BLEU-4 of ten real sentences is 0.04, because there are
# only nine others: it can be compared only between sets of one size.
# </details>
#
# 4. Take half of the sentences from `dice` and half from `safe`. Where do they stand in the plane?
#    What do precision and recall say?
#
# <details><summary>Answer</summary>
#
# At self-BLEU-4 0.57, which is as diverse as real text, and BLEU-4 0.54, far below all curves. The
# precision is 0.47, a share that one understands at once: half of the samples are like real ones.
# The recall is 0.87, although nothing was learned: the rubbish is spread so widely that real
# sentences lie near it. Recall alone can be cheated, too.
# </details>

# %% [markdown]
# ## What to read
#
# * K. Papineni et al., *BLEU: a method for automatic evaluation of machine translation*, 2002.
# * Y. Zhu et al., *Texygen: a benchmarking platform for text generation models*, 2018: self-BLEU.
# * M. Caccia et al., *Language GANs falling short*, 2018: the frontier over temperatures.
# * M. Heusel et al., *GANs trained by a two time-scale update rule converge to a local Nash
#   equilibrium*, 2017: the Fréchet distance of images.
# * T. Kynkäänniemi et al., *Improved precision and recall metric for assessing generative models*,
#   2019.
# * S. Semeniuta, A. Severyn and S. Gelly, *On accurate evaluation of GANs for language generation*,
#   2018: a Fréchet distance of sentences, and why BLEU is not enough.
#
# Next: [10. Tables of numbers](10_tables_of_numbers.ipynb).
