"""What models of real text say of sentences: the metrics whose scores `text.judges` makes."""

from math import inf

from textgan.metrics.metric import Metric, Part

GRAMMATICAL = Metric(
    "oracle.grammatical",
    "grammatical sentences",
    Part.GRAMMAR,
    "The share of sentences that belong to the language.",
    "maximize",
    headline=True,
    live="grammatical",
)
ORACLE_NLL = Metric(
    "oracle.nll",
    "surprise per word",
    Part.GRAMMAR,
    "Nats per word of the grammatical sentences under the grammar.",
    maximum=inf,
)
NGRAM_NLL = Metric(
    "ngram.nll",
    "surprise per word (n-grams)",
    Part.NGRAMS,
    "Nats per word under an n-gram model of real text; far above real text's, words do not fit.",
    maximum=inf,
    live="nats",
    headline=True,
)
NGRAM_ATTESTED = Metric(
    "ngram.attested",
    "4-grams that occur in real text",
    Part.NGRAMS,
    "The share of runs of 4 words, sentence edges included, that occur in real text.",
    headline=True,
)
NGRAM_SENTENCES = Metric(
    "ngram.sentences",
    "sentences of trigrams that occur in real text",
    Part.NGRAMS,
    "The share of sentences all of whose trigrams occur in real text.",
)
NGRAM_UNKNOWN = Metric(
    "ngram.unknown",
    "words that do not occur in real text",
    Part.NGRAMS,
    "The share of words that do not occur in real text.",
)
LM_NLL = Metric(
    "lm.nll",
    "language model: surprise per word",
    Part.LANGUAGE_MODELS,
    "Nats per word under a language model of real text, of sentences whose words it knows.",
    maximum=inf,
)
LM_UNKNOWN = Metric(
    "lm.unknown",
    "language model: sentences with unknown words",
    Part.LANGUAGE_MODELS,
    "The share of sentences that the language model cannot score.",
)
REVERSE_NLL = Metric(
    "reverse_lm.nll",
    "reverse language model: surprise per word",
    Part.LANGUAGE_MODELS,
    "Nats per word of real text under a language model that has learned from the samples.",
    "minimize",
    maximum=inf,
)
