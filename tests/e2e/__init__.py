"""The deployed stack, over HTTP and WebSockets, each function under its own role."""
