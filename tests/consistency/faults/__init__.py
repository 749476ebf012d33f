"""Clients that die, clocks that are wrong and a network that forgets: what remains true is checked afterwards."""
