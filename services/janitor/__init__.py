"""Retention: deletes old images as the settings say, so that the disk never fills, and makes old originals smaller."""
