"""The canary's way from an image folder to a client, and where it got lost."""
