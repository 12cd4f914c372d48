"""What Prometheus asks for: the node's figures, on a port of the monitor's."""
