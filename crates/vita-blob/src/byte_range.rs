//! The part of a file that a client asked for (RFC 9110 §14).

/// A part of a file: from its first to its last byte, both included, within the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    first: u64,
    last: u64,
}

/// The asked-for part lies outside the file: the answer is 416.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the range lies outside a file of {size} bytes")]
pub struct Unsatisfiable {
    /// The file's size in bytes.
    pub size: u64,
}

impl ByteRange {
    /// Reads the header `Range` of a request for a file of `size` bytes. Nothing means: send the
    /// whole file. That is also the answer to another unit, to what is not written as the RFC
    /// wants it (§14.2 lets a server ignore both), and to several ranges at once, which no player
    /// needs and which cost more than they bring (§14.2 on denial of service).
    ///
    /// # Errors
    /// [`Unsatisfiable`] when a well-formed range has no byte in common with the file.
    pub fn parse(header: &str, size: u64) -> Result<Option<Self>, Unsatisfiable> {
        match parse_spec(header) {
            Some(Spec::From { first, last }) if first < size => {
                let last = last.unwrap_or(u64::MAX).min(size - 1);
                Ok(Some(Self { first, last }))
            }
            Some(Spec::Last(length)) if length > 0 => {
                // An empty file has no first byte to name, so it is sent whole, as 200.
                let Some(last) = size.checked_sub(1) else {
                    return Ok(None);
                };
                let first = size.saturating_sub(length);
                Ok(Some(Self { first, last }))
            }
            Some(_) => Err(Unsatisfiable { size }),
            None => Ok(None),
        }
    }

    /// The whole of a file of `size` bytes; nothing when it is empty.
    pub fn whole(size: u64) -> Option<Self> {
        let last = size.checked_sub(1)?;
        Some(Self { first: 0, last })
    }

    /// Position of the first byte.
    pub const fn first(self) -> u64 {
        self.first
    }

    /// Position of the last byte, which belongs to the range.
    pub const fn last(self) -> u64 {
        self.last
    }

    /// How many bytes it covers: at least one.
    #[expect(clippy::len_without_is_empty, reason = "a range is never empty")]
    pub const fn len(self) -> u64 {
        self.last - self.first + 1
    }

    /// The value of the header `Content-Range` of a 206.
    pub fn content_range(self, size: u64) -> String {
        format!("bytes {}-{}/{size}", self.first, self.last)
    }
}

impl Unsatisfiable {
    /// The value of the header `Content-Range` of a 416.
    pub fn content_range(self) -> String {
        format!("bytes */{}", self.size)
    }
}

enum Spec {
    From { first: u64, last: Option<u64> },
    Last(u64),
}

/// One well-formed range of bytes, or nothing.
fn parse_spec(header: &str) -> Option<Spec> {
    let (unit, set) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    // A list may have empty elements (RFC 9110 §5.6.1.2).
    let mut specs = set.split(',').map(trim_blanks).filter(|s| !s.is_empty());
    let (Some(spec), None) = (specs.next(), specs.next()) else {
        return None;
    };
    let (first, last) = spec.split_once('-')?;
    match (first, last) {
        ("", length) => Some(Spec::Last(parse_position(length)?)),
        (first, "") => Some(Spec::From {
            first: parse_position(first)?,
            last: None,
        }),
        (first, last) => {
            let (first, last) = (parse_position(first)?, parse_position(last)?);
            (first <= last).then_some(Spec::From {
                first,
                last: Some(last),
            })
        }
    }
}

fn trim_blanks(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Digits of any number; a position beyond 2^64 lies behind every file and saturates.
fn parse_position(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(header: &str, size: u64, expected: Result<Option<(u64, u64)>, ()>) {
        let found = ByteRange::parse(header, size)
            .map(|range| range.map(|range| (range.first(), range.last())))
            .map_err(|_| ());
        assert_eq!(found, expected, "{header:?} of {size}");
    }

    #[test]
    fn the_forms_of_the_rfc_are_read() {
        check("bytes=0-499", 10_000, Ok(Some((0, 499))));
        check("bytes=500-999", 10_000, Ok(Some((500, 999))));
        check("bytes=-500", 10_000, Ok(Some((9_500, 9_999))));
        check("bytes=9500-", 10_000, Ok(Some((9_500, 9_999))));
        check("bytes=0-", 1, Ok(Some((0, 0))));
        check("bytes=5-99999", 10, Ok(Some((5, 9))));
        check("bytes=-99", 10, Ok(Some((0, 9))));
        check("Bytes= 1-2 ", 10, Ok(Some((1, 2))));
        check("bytes=,1-2,", 10, Ok(Some((1, 2))));
        check("bytes=3-99999999999999999999999", 10, Ok(Some((3, 9))));
    }

    #[test]
    fn what_is_not_well_formed_or_several_means_the_whole_file() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-3",
            "bytes=+1-2",
            "bytes=1--2",
            "bytes=1",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes = 0-1 2",
            "bytes=0x1-2",
            "bytes=١-٢",
        ] {
            check(header, 10, Ok(None));
        }
    }

    #[test]
    fn what_lies_outside_cannot_be_satisfied() {
        check("bytes=10-", 10, Err(()));
        check("bytes=10-20", 10, Err(()));
        check("bytes=-0", 10, Err(()));
        check("bytes=0-", 0, Err(()));
        check("bytes=99999999999999999999999-", 10, Err(()));
        check("bytes=-5", 0, Ok(None));
        assert_eq!(Unsatisfiable { size: 10 }.content_range(), "bytes */10");
    }

    proptest! {
        #[test]
        fn any_header_is_answered_within_the_file(header in "\\PC{0,40}", size: u64) {
            if let Ok(Some(range)) = ByteRange::parse(&header, size) {
                prop_assert!(range.first() <= range.last() && range.last() < size);
            }
        }

        #[test]
        fn a_range_is_what_it_has_in_common_with_the_file(
            first in 0_u64..200, length in 1_u64..200, size in 0_u64..200
        ) {
            let last = first + length - 1;
            let found = ByteRange::parse(&format!("bytes={first}-{last}"), size);
            if first < size {
                let range = found.unwrap().unwrap();
                prop_assert_eq!((range.first(), range.last()), (first, last.min(size - 1)));
                prop_assert_eq!(range.len(), last.min(size - 1) - first + 1);
                let content_range = format!("bytes {first}-{}/{size}", range.last());
                prop_assert_eq!(range.content_range(size), content_range);
            } else {
                prop_assert_eq!(found, Err(Unsatisfiable { size }));
            }
        }
    }
}
