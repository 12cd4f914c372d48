"""The control plane: what ops start and talk to."""
