"""Folder to catalog to bus: sees each file that becomes a whole image, by event and by rescan, and logs it once."""
