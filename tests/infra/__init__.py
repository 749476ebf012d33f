"""The packaged template, and the tools that deploy it."""
