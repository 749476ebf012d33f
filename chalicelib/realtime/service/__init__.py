"""One function per use case of connections, presence and pointers."""
