"""Train word2vec on a corpus, show how good the vectors are, and write them.

python scripts/train_embeddings.py coco-captions --dim 64 --out captions.txt
"""

from textgan.command_line import run_script
from textgan.commands.embeddings import train_embeddings

if __name__ == "__main__":
    run_script(train_embeddings, __doc__)
