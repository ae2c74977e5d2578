"""Write one self-contained HTML page on a run, or on several side by side.

    python scripts/report.py RUN [RUN ...] [--out FILE] [--frontier FILE] [--with-real]

It reads the run folders and trains nothing. Runs that differ in some settings and the seed are
compared over seeds; text beside images gets a section on what differs between pixels and words.
Where the corpus of a run is at hand, unchanged, the page says how near each sample is to a training
sentence. So that it can be passed on, it shows no real sentence or row, nor a sample that is one
word for word, unless --with-real asks for it. Without the corpus copies cannot be recognised.
"""

from textgan.command_line import run_script
from textgan.commands.report import report

if __name__ == "__main__":
    run_script(report, __doc__)
