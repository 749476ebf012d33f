"""The use cases of the history: write it from the stream, and read it."""
