"""The report: run folders in, one self-contained HTML page out. It draws, and trains nothing."""
