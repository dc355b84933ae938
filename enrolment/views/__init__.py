"""Pages of places and learning, one module for each kind of work."""
