"""A stand-in for the simulator."""
