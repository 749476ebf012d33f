"""One function per use case of the history: writing it from the stream, and reading it."""
