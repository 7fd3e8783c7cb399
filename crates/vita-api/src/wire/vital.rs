use serde::Deserialize;
use utoipa::ToSchema;
use vita_telemetry::metric;

use crate::problem::{ApiError, FieldProblem};

/// Longest time that is believed, in milliseconds: a tab that somebody left alone for minutes is no slow page.
const TIME_MS_MAX: f64 = 120_000.0;

/// Largest layout shift that is believed; a page of which everything moved ten times has 10.
const SHIFT_MAX: f64 = 100.0;

/// Most values of one visit: each vital once.
const VALUES_MAX: usize = 5;

/// What a browser measured of one visit to a page.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VitalsIn {
    page: VitalPage,
    #[schema(min_items = 1, max_items = 5)]
    vitals: Vec<VitalIn>,
}

/// One of the Web Vitals.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VitalIn {
    name: VitalName,
    /// Milliseconds; of `CLS` the sum of shares.
    #[schema(minimum = 0, maximum = 120_000)]
    value: f64,
}

/// A page of the web app: the beginning of its address, or where somebody signs in.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VitalPage {
    SignIn,
    Home,
    Projects,
    Project,
    Credits,
    Generation,
    Notifications,
    Settings,
    Admin,
    Other,
}

/// What was measured.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum VitalName {
    /// Largest Contentful Paint.
    Lcp,
    /// Interaction to Next Paint.
    Inp,
    /// Cumulative Layout Shift.
    Cls,
    /// Time to First Byte.
    Ttfb,
    /// First Contentful Paint.
    Fcp,
}

/// What was measured, within what is believed.
pub(crate) struct Vitals(VitalsIn);

impl VitalsIn {
    pub(crate) fn parse(self) -> Result<Vitals, ApiError> {
        let count = self.vitals.len();
        if count == 0 || count > VALUES_MAX {
            let detail = format!("send 1 to {VALUES_MAX} values, each vital once");
            return Err(ApiError::invalid_field("/vitals", "WRONG_COUNT", detail));
        }
        let problems: Vec<_> = self.vitals.iter().enumerate().filter_map(problem).collect();
        if problems.is_empty() {
            Ok(Vitals(self))
        } else {
            Err(ApiError::invalid(problems))
        }
    }
}

fn problem((index, vital): (usize, &VitalIn)) -> Option<FieldProblem> {
    let max = vital.name.value_max();
    // Not a number is in no range, either.
    if (0.0..=max).contains(&vital.value) {
        return None;
    }
    let detail = format!("must be between 0 and {max}");
    let pointer = format!("/vitals/{index}/value");
    Some(FieldProblem::new(pointer, "OUT_OF_RANGE", detail))
}

impl Vitals {
    /// Counts it into the metrics.
    pub(crate) fn record(&self) {
        let page = self.0.page.as_str();
        for vital in &self.0.vitals {
            if vital.name == VitalName::Cls {
                metric::WEB_LAYOUT_SHIFT.record(vital.value, [page]);
            } else {
                let seconds = vital.value / 1_000.0;
                metric::WEB_VITAL_SECONDS.record(seconds, [page, vital.name.as_str()]);
            }
        }
    }
}

impl VitalPage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Home => "home",
            Self::Projects => "projects",
            Self::Project => "project",
            Self::Credits => "credits",
            Self::Generation => "generation",
            Self::Notifications => "notifications",
            Self::Settings => "settings",
            Self::Admin => "admin",
            Self::Other => "other",
        }
    }
}

impl VitalName {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Lcp => "lcp",
            Self::Inp => "inp",
            Self::Cls => "cls",
            Self::Ttfb => "ttfb",
            Self::Fcp => "fcp",
        }
    }

    const fn value_max(self) -> f64 {
        match self {
            Self::Cls => SHIFT_MAX,
            _ => TIME_MS_MAX,
        }
    }
}
