use http::{HeaderMap, header};

/// A compressed form in which the build leaves copies of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What the build appends to the file's name.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

/// The best form that the client reads: the smaller one first, as browsers rate all the same.
pub(super) fn accepted(headers: &HeaderMap) -> Option<Encoding> {
    let header = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [Encoding::Brotli, Encoding::Gzip]
        .into_iter()
        .find(|encoding| header.split(',').any(|one| names(one, encoding.as_str())))
}

/// Whether one element of the header names the coding without refusing it (`q=0`).
fn names(element: &str, coding: &str) -> bool {
    let (name, weight) = element.split_once(';').unwrap_or((element, ""));
    let refused = weight
        .trim()
        .strip_prefix("q=")
        .is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
    name.trim().eq_ignore_ascii_case(coding) && !refused
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_smaller_form_goes_to_whoever_reads_it() {
        let check = |header: &'static str, expected| {
            let value = HeaderValue::from_static(header);
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]);
            assert_eq!(accepted(&headers), expected, "{header}");
        };
        check("gzip, deflate, br, zstd", Some(Encoding::Brotli));
        check("gzip;q=1.0, br;q=0", Some(Encoding::Gzip));
        check("identity", None);
        check("", None);
        check("brr, gzipped", None);
    }
}
