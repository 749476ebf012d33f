"""What one can do with a lock: one function per use case, called from HTTP, WebSocket, stream and queue alike."""
