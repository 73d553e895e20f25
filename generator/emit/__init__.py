"""What targets write with: templates, words for facts, layout of Python code."""
