"""What differs between two specs, and whom that can hurt."""

from __future__ import annotations

# Who can be hurt, as flags name them, and the attribute of a change that says so.
VICTIMS = {
    "old-senders": "wire_sender",
    "old-receivers": "wire_receiver",
    "python-callers": "python",
}
