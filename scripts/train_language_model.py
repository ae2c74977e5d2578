"""Train an LSTM language model on a corpus: the maximum-likelihood baseline beside the text GAN.

python scripts/train_language_model.py coco-captions
"""

from textgan.command_line import run_script
from textgan.commands.language_model import train

if __name__ == "__main__":
    run_script(train, __doc__)
