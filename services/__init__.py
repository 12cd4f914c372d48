"""The data plane: one folder per process, in the order the image travels."""
