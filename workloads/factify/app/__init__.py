"""The fact store: FastAPI on port 80 with one table."""
