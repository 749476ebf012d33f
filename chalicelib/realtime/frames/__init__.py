"""Frames of the WebSocket protocol, in both directions."""
