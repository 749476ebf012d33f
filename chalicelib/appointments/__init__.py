"""The appointment itself: its fields, its fenced save and its revisions."""
