"""What is to be an alert: each file decides on one sort. Pure: what fires goes in, what should fire comes out."""
