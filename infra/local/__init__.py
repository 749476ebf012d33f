"""Holdfast on one machine: the packaged template on an AWS emulator, behind one address."""
