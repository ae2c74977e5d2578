"""The commands of `textgan`, a file each; the scripts call the same functions."""
