use std::fmt;

use crate::metric::{MetricKind, MetricValues};

/// `p(95)<500`: an aggregation, an operator, a number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression {
    pub(crate) aggregation: Aggregation,
    operator: Operator,
    bound: f64,
}

/// What is made of a metric's samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Aggregation {
    Count,
    Rate,
    Value,
    Avg,
    Min,
    Max,
    Med,
    /// The value below which so many of a hundred lie.
    Percentile(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// Longer ones first, so that `<=` isn't read as `<`.
const OPERATORS: [(&str, Operator); 7] = [
    ("===", Operator::Equal),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Expression {
    /// Reads an expression; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let at = text
            .find(['<', '>', '=', '!'])
            .ok_or_else(|| format!("`{text}` has no operator: write e.g. `p(95)<500`"))?;
        let (aggregation, rest) = text.split_at(at);
        let (sign, operator) = OPERATORS
            .into_iter()
            .find(|(sign, _)| rest.starts_with(sign))
            .ok_or_else(|| {
                format!("`{text}` has no operator of `<`, `<=`, `>`, `>=`, `==`, `!=`")
            })?;
        let bound = rest[sign.len()..].trim();
        let is_plain = !bound.is_empty()
            && bound
                .chars()
                .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
        let bound: f64 = bound
            .parse()
            .ok()
            .filter(|_| is_plain)
            .ok_or_else(|| format!("`{bound}` in `{text}` is not a number"))?;
        Ok(Self {
            aggregation: Aggregation::parse(aggregation.trim())?,
            operator,
            bound,
        })
    }

    /// Whether it holds for a value.
    pub(crate) fn holds(&self, value: f64) -> bool {
        match self.operator {
            Operator::Less => value < self.bound,
            Operator::LessOrEqual => value <= self.bound,
            Operator::Greater => value > self.bound,
            Operator::GreaterOrEqual => value >= self.bound,
            Operator::Equal => is_same(value, self.bound),
            Operator::NotEqual => !is_same(value, self.bound),
        }
    }
}

/// Exactly, as scripts compare.
fn is_same(left: f64, right: f64) -> bool {
    left.partial_cmp(&right) == Some(std::cmp::Ordering::Equal)
}

impl Aggregation {
    /// Reads `avg`, `p(99.9)` and the like.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Ok(match text {
            "count" => Self::Count,
            "rate" => Self::Rate,
            "value" => Self::Value,
            "avg" => Self::Avg,
            "min" => Self::Min,
            "max" => Self::Max,
            "med" => Self::Med,
            _ => {
                let percent = text
                    .strip_prefix("p(")
                    .and_then(|rest| rest.strip_suffix(')'));
                let percent = percent
                    .and_then(|percent| percent.trim().parse::<f64>().ok())
                    .filter(|percent| (0.0..=100.0).contains(percent));
                Self::Percentile(percent.ok_or_else(|| {
                    format!(
                        "`{text}` is not an aggregation: take `count`, `rate`, `value`, `avg`, \
                         `min`, `max`, `med` or `p(N)`"
                    )
                })?)
            }
        })
    }

    /// Whether a metric of that kind has it.
    pub(crate) fn is_of(self, kind: MetricKind) -> bool {
        match kind {
            MetricKind::Counter => matches!(self, Self::Count | Self::Rate),
            MetricKind::Gauge => self == Self::Value,
            MetricKind::Rate => self == Self::Rate,
            MetricKind::Trend => !matches!(self, Self::Count | Self::Rate | Self::Value),
        }
    }

    /// Its value; `None` of a rate without samples.
    pub(crate) fn of(self, values: &MetricValues) -> Option<f64> {
        match (values, self) {
            (MetricValues::Counter { rate, .. }, Self::Rate) => Some(*rate),
            (MetricValues::Counter { count, .. }, _) => Some(*count),
            (MetricValues::Gauge { value, .. }, _) => Some(*value),
            (MetricValues::Rate { passes, fails }, _) => {
                let total = passes + fails;
                (total > 0).then(|| *passes as f64 / total as f64)
            }
            (MetricValues::Trend(trend), aggregation) => Some(trend.stat(aggregation)),
        }
    }
}

impl fmt::Display for Aggregation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Count => "count",
            Self::Rate => "rate",
            Self::Value => "value",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Med => "med",
            Self::Percentile(percent) => return write!(f, "p({percent})"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, value: f64) -> bool {
        Expression::parse(text).unwrap().holds(value)
    }

    #[test]
    fn the_whole_grammar_is_read() {
        assert!(holds("p(95)<500", 499.9) && !holds("p(95)<500", 500.0));
        assert!(holds("avg <= 5e2", 500.0) && !holds("avg<=500", 500.1));
        assert!(holds("rate>0.9", 0.91) && !holds("rate > 0.9", 0.9));
        assert!(holds("count>=10", 10.0) && !holds("count>=10", 9.0));
        assert!(holds("value==3", 3.0) && holds("value===3", 3.0) && !holds("value==3", 3.1));
        assert!(holds("min!=0", 1.0) && !holds("min != 0", 0.0));
        assert!(holds("max>-1.5", -1.0));
        let parsed = Expression::parse("p(99.99)<1").unwrap();
        assert_eq!(parsed.aggregation.to_string(), "p(99.99)");
    }

    #[test]
    fn what_is_no_threshold_says_why() {
        for (text, part) in [
            ("p(95)", "no operator"),
            ("avg=5", "no operator"),
            ("avg<fast", "`fast`"),
            ("avg<inf", "not a number"),
            ("avg<", "not a number"),
            ("p(101)<5", "not an aggregation"),
            ("p95<5", "not an aggregation"),
            ("<5", "not an aggregation"),
            ("avg<5 && max<3", "not a number"),
        ] {
            let error = Expression::parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn each_kind_has_its_own_aggregations() {
        let of = |kind, text| Aggregation::parse(text).unwrap().is_of(kind);
        assert!(of(MetricKind::Counter, "count") && of(MetricKind::Counter, "rate"));
        assert!(!of(MetricKind::Counter, "avg") && !of(MetricKind::Rate, "count"));
        assert!(of(MetricKind::Trend, "p(1)") && !of(MetricKind::Trend, "value"));
        assert!(of(MetricKind::Gauge, "value") && !of(MetricKind::Gauge, "max"));
    }
}
