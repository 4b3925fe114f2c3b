"""Files of labels about images that are in the library: read, shown, applied, taken back."""
