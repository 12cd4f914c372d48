"""What is wrong with a node, and all that whoever helps from afar needs to see: a bundle without secrets."""
