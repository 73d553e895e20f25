"""payloom: one YAML spec per protocol version in; modules and documents out."""

__version__ = "0.1.0"
