"""How Holdfast is packaged, deployed, and run on one machine."""
