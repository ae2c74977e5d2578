"""Sample images from a trained run: scripts/sample_images.py RUN -n N --seed S --out FILE.

FILE ends in .png (a grid) or .npz (`images`, uint8).
"""

from textgan.command_line import run_script
from textgan.commands.sample import sample_images

if __name__ == "__main__":
    run_script(sample_images, __doc__)
