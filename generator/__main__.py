"""Entry point of `python -m payloom`, and of `python -m generator` in a checkout."""

from .cli import main

if __name__ == "__main__":
    main()
