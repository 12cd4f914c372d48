"""200 kills, and whether anybody lost anything by them (`ops/kills`)."""
