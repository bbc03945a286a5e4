"""The weather comment generator: a user interface and an API in one container, with a cache of files."""
