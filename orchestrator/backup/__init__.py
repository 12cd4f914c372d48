"""Copies of a node's databases in one file, made while it runs, and the way back."""
