"""The deployed whole: real HTTP and WebSockets, every function under its own role."""
