"""Figures of a node for Prometheus: what is counted, by whom, and how it outlives the process that counts."""
