//! Topics, publish and subscribe within a process.
