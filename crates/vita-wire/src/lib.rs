//! HTTP and WebSocket connections of a virtual user, with the time of each phase.
