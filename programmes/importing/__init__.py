"""Many programmes, runs or specialist leaders at once: a file in, the same shape out."""
