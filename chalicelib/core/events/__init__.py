"""Streams, queues and batches: how records come in and messages go out."""
