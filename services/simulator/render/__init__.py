"""Painting. Only here is Pillow known."""
