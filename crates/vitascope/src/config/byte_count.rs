use std::fmt;

use super::duration::split_unit;

/// The units that a size may be written in, with their bytes; the largest binary one first.
const UNITS: &[(&str, u64)] = &[
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("kB", 1_000),
];

/// A number of bytes, written as `512MiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ByteCount(pub(crate) u64);

impl ByteCount {
    /// Reads a whole number and a unit: `512B`, `64KiB`, `20MB`, `4GiB`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (number, unit) = split_unit(text)?;
        let (_, bytes) = UNITS.iter().find(|(name, _)| *name == unit)?;
        number.checked_mul(*bytes).map(Self)
    }

    /// This many mebibytes.
    pub(crate) const fn from_mib(mib: u64) -> Self {
        Self(mib << 20)
    }

    /// This many gibibytes.
    pub(crate) const fn from_gib(gib: u64) -> Self {
        Self(gib << 30)
    }
}

/// Writes it in the largest binary unit that keeps it whole.
impl fmt::Display for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, per_unit) = UNITS
            .iter()
            .find(|(_, per_unit)| self.0 != 0 && self.0.is_multiple_of(*per_unit))
            .unwrap_or(&("B", 1));
        write!(f, "{}{unit}", self.0 / per_unit)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_need_a_unit_that_is_known() {
        let cases = [
            ("0B", Some(0)),
            ("512MiB", Some(512 << 20)),
            ("20 MB", Some(20_000_000)),
            ("4GiB", Some(4 << 30)),
            ("512", None),
            ("512mib", None),
            ("MiB", None),
            ("-1B", None),
            ("99999999TiB", None),
        ];
        for (text, expected) in cases {
            assert_eq!(ByteCount::parse(text), expected.map(ByteCount), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_size_that_was_written_reads_the_same(bytes in any::<u64>()) {
            let size = ByteCount(bytes);
            prop_assert_eq!(ByteCount::parse(&size.to_string()), Some(size));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            ByteCount::parse(&text);
        }
    }
}
