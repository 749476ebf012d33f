"""The use cases of locks, one function each, called from HTTP, WebSocket, stream and queue alike."""
