//! Router, extractors, handlers, wire types, OpenAPI and sockets.
