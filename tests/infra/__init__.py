"""What AWS is given, and the tools that bring it there."""
