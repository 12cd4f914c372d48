"""What every process speaks. Imports no other service."""
