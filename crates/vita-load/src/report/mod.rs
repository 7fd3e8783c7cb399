//! A run over time and as a whole, for whoever shows it: live, or as a page afterwards.

mod page;
mod series;
mod value;

pub use series::SeriesPoint;
pub(crate) use series::{Surroundings, TimeSeries};
pub use value::{
    Report, ReportCheck, ReportMetric, ReportRequest, ReportScenario, ReportThreshold,
};
