"""The use cases of locks, one function each, for all transports."""
