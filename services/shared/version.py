"""Which coilcast this is. `setup.cfg` reads it here: asking the installed package takes 15 ms."""

VERSION = "0.1.0"
