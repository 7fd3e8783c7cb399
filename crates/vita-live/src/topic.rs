use std::fmt;
use std::str::FromStr;

use vita_model::{GenerationId, JobId};

/// What changes and can be listened to; prints as `generation:gen_…` or `job:job_…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A generation.
    Generation(GenerationId),
    /// A job.
    Job(JobId),
}

/// A text names no topic that can be listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a topic")]
pub struct InvalidTopic;

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Generation(id) => write!(f, "generation:{id}"),
            Self::Job(id) => write!(f, "job:{id}"),
        }
    }
}

impl FromStr for Topic {
    type Err = InvalidTopic;

    fn from_str(text: &str) -> Result<Self, InvalidTopic> {
        let (area, id) = text.split_once(':').ok_or(InvalidTopic)?;
        match area {
            "generation" => GenerationId::parse(id)
                .map(Self::Generation)
                .map_err(|_| InvalidTopic),
            "job" => JobId::parse(id).map(Self::Job).map_err(|_| InvalidTopic),
            _ => Err(InvalidTopic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_print_and_come_back() {
        for text in ["generation:gen_1", "job:job_1"] {
            assert_eq!(text.parse::<Topic>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "generation",
            "generation:",
            "queue:render",
            "job:a b",
            "job:a:b",
        ] {
            assert_eq!(text.parse::<Topic>(), Err(InvalidTopic), "{text:?}");
        }
    }
}
