"""Stands before the real package on PYTHONPATH: the services here are stand-ins, everything else is the real thing."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
