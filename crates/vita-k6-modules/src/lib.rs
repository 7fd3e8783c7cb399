//! The modules of k6 that need neither a network nor a virtual user.
