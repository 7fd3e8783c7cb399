//! What Vitascope tells about itself.
//!
//! * [`logging`] sends the log to standard error.
//! * [`metric`] is the one table of metrics, [`Exporter`] prints them, [`Sampler`] keeps them up
//!   and looks at the process, [`lag`] watches the runtime.
//! * [`RequestScope`] counts what one request asks of the database.
//!
//! It knows nothing of what it measures: each crate records its own metrics from the table.

mod exporter;
pub mod lag;
mod log_lines;
pub mod logging;
pub mod metric;
mod process;
mod repeats;
mod sampler;
mod scope;

pub use exporter::{Exporter, InstallError};
pub use process::{ProcessUse, disk_free_bytes, raise_fd_limit};
pub use repeats::report_scope;
pub use sampler::Sampler;
pub use scope::{RepeatedStatement, RequestScope, STATEMENT_REPEATS_MAX};
