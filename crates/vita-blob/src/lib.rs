//! Stored files: keys that own path, type and cache rules; disk; signed addresses.
