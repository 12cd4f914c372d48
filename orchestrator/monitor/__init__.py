"""The process that watches over the others: health, restarts, the hub of the bus."""
