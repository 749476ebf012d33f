"""The lock's item, which stays when the lock is free, so that its version grows."""
