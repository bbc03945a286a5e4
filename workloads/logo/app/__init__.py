"""The logo detection API: never stopped in the middle of a request."""
