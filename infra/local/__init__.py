"""The whole of Holdfast on this machine: the packaged template on an emulator of AWS, behind one address."""
