"""From artifacts to files: compare in memory, then write all or nothing."""
