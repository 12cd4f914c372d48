"""A stand-in for the thumbnailer."""
