//! The metrics that every run has, with constant ids.

use super::registry::{Contains, MetricId, MetricKind};

pub(super) struct Builtin {
    pub(super) name: &'static str,
    pub(super) kind: MetricKind,
    pub(super) contains: Contains,
}

macro_rules! builtins {
    ($( $(#[$doc:meta])* $constant:ident = $name:literal, $kind:ident, $contains:ident; )+) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "named as the constants")]
        enum Position { $($constant),+ }
        $( $(#[$doc])* pub const $constant: MetricId = MetricId(Position::$constant as u32); )+
        pub(super) const BUILTINS: &[Builtin] = &[
            $( Builtin { name: $name, kind: MetricKind::$kind, contains: Contains::$contains } ),+
        ];
    };
}

builtins! {
    /// Virtual users at work.
    VUS = "vus", Gauge, Default;
    /// Virtual users initialised.
    VUS_MAX = "vus_max", Gauge, Default;
    /// Iterations that ended, well or not.
    ITERATIONS = "iterations", Counter, Default;
    /// From an iteration's start to its end.
    ITERATION_DURATION = "iteration_duration", Trend, Time;
    /// Iterations for which no virtual user was free.
    DROPPED_ITERATIONS = "dropped_iterations", Counter, Default;
    /// Checks that passed.
    CHECKS = "checks", Rate, Default;
    /// Time in a group.
    GROUP_DURATION = "group_duration", Trend, Time;
    /// Requests.
    HTTP_REQS = "http_reqs", Counter, Default;
    /// Requests whose response was not the expected.
    HTTP_REQ_FAILED = "http_req_failed", Rate, Default;
    /// Sending, waiting and receiving.
    HTTP_REQ_DURATION = "http_req_duration", Trend, Time;
    /// Waiting for a connection.
    HTTP_REQ_BLOCKED = "http_req_blocked", Trend, Time;
    /// Connecting.
    HTTP_REQ_CONNECTING = "http_req_connecting", Trend, Time;
    /// The handshake of TLS.
    HTTP_REQ_TLS_HANDSHAKING = "http_req_tls_handshaking", Trend, Time;
    /// Sending the request.
    HTTP_REQ_SENDING = "http_req_sending", Trend, Time;
    /// From the request's end to the response's first byte.
    HTTP_REQ_WAITING = "http_req_waiting", Trend, Time;
    /// Receiving the response.
    HTTP_REQ_RECEIVING = "http_req_receiving", Trend, Time;
    /// WebSocket sessions begun.
    WS_SESSIONS = "ws_sessions", Counter, Default;
    /// WebSocket messages sent.
    WS_MSGS_SENT = "ws_msgs_sent", Counter, Default;
    /// WebSocket messages received.
    WS_MSGS_RECEIVED = "ws_msgs_received", Counter, Default;
    /// From a ping to its pong.
    WS_PING = "ws_ping", Trend, Time;
    /// From a session's start to its end.
    WS_SESSION_DURATION = "ws_session_duration", Trend, Time;
    /// Connecting of a WebSocket.
    WS_CONNECTING = "ws_connecting", Trend, Time;
    /// Calls of gRPC.
    GRPC_REQ_DURATION = "grpc_req_duration", Trend, Time;
    /// Bytes sent.
    DATA_SENT = "data_sent", Counter, Data;
    /// Bytes received.
    DATA_RECEIVED = "data_received", Counter, Data;
    /// Beyond k6: from when an arrival rate meant an iteration to start, to its end.
    ITERATION_DURATION_INTENDED = "iteration_duration_intended", Trend, Time;
    /// Beyond k6: this process's use of processors, 1 being one processor.
    GENERATOR_CPU = "generator_cpu", Gauge, Default;
    /// Beyond k6: this process's resident memory, in bytes.
    GENERATOR_MEMORY = "generator_memory", Gauge, Data;
    /// Beyond k6: how late a worker came to what was due.
    GENERATOR_LAG = "generator_lag", Trend, Time;
}

/// Whether k6 doesn't know the metric, so that it stays out of what imitates k6.
pub const fn is_beyond_k6(metric: MetricId) -> bool {
    metric.0 >= ITERATION_DURATION_INTENDED.0 && metric.0 <= GENERATOR_LAG.0
}

/// The phases' metrics of an HTTP sample, in the order of [`super::recorder`]'s values.
pub(super) const HTTP_METRICS: [MetricId; 9] = [
    HTTP_REQS,
    HTTP_REQ_DURATION,
    HTTP_REQ_BLOCKED,
    HTTP_REQ_CONNECTING,
    HTTP_REQ_TLS_HANDSHAKING,
    HTTP_REQ_SENDING,
    HTTP_REQ_WAITING,
    HTTP_REQ_RECEIVING,
    HTTP_REQ_FAILED,
];
