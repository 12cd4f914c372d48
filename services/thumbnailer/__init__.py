"""Catalog to preview: two small JPEGs of each image, the newest first, whatever its file does to the decoder."""
