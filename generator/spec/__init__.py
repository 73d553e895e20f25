"""The spec language: from YAML text to a checked Spec."""
