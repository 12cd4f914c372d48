"""A stand-in for the gateway."""
