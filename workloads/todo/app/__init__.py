"""The todo service: the small but real app that the stack runs."""
