"""Handlers of the WebSocket functions and the fan-out queue, a module each, which imports what it serves."""
