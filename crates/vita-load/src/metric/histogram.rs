//! A histogram of any finite numbers in bounded memory.
//!
//! A positive number's bucket is its exponent and the first bits of its mantissa, read from its
//! own representation (IEEE 754): no logarithm, and a bucket is as wide as 2^-bits of its least
//! value. Each power of two is a page, made when a value falls into it.

use std::collections::BTreeMap;

/// Powers of two that are told apart; what is smaller counts as zero, what is greater as the
/// greatest. For milliseconds it is from far below a nanosecond to 30 years and beyond.
const EXPONENT_MIN: i32 = -64;
const EXPONENT_MAX: i32 = 63;

/// Bits of an `f64`'s mantissa.
const MANTISSA_BITS: u32 = 52;
const EXPONENT_BIAS: i32 = 1023;

/// Counts of values in buckets of equal relative width.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    bits: u32,
    /// By sign and exponent, in ascending order of the values in them.
    pages: BTreeMap<i32, Box<[u64]>>,
    zeros: u64,
    count: u64,
}

/// Where a value falls.
enum Place {
    Zero,
    Bucket { page: i32, index: usize },
}

impl Histogram {
    /// Buckets as wide as 2^-`bits` of their least value.
    pub(crate) fn new(bits: u32) -> Self {
        Self {
            bits,
            pages: BTreeMap::new(),
            zeros: 0,
            count: 0,
        }
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn add(&mut self, value: f64) {
        self.add_many(value, 1);
    }

    fn add_many(&mut self, value: f64, times: u64) {
        self.count += times;
        match self.place(value) {
            Place::Zero => self.zeros += times,
            Place::Bucket { page, index } => {
                let len = 1 << self.bits;
                let page = self
                    .pages
                    .entry(page)
                    .or_insert_with(|| vec![0; len].into());
                page[index] += times;
            }
        }
    }

    fn place(&self, value: f64) -> Place {
        let bits = value.to_bits();
        let exponent = ((bits >> MANTISSA_BITS) & 0x7ff) as i32 - EXPONENT_BIAS;
        if exponent < EXPONENT_MIN || value.is_nan() {
            return Place::Zero;
        }
        let last = (1_usize << self.bits) - 1;
        let mantissa = (bits >> (MANTISSA_BITS - self.bits)) as usize & last;
        let (exponent, index) = if exponent > EXPONENT_MAX {
            (EXPONENT_MAX, last)
        } else {
            (exponent, mantissa)
        };
        let page = exponent - EXPONENT_MIN + 1;
        Place::Bucket {
            page: if value < 0.0 { -page } else { page },
            index,
        }
    }

    /// Adds another's counts and leaves it empty, with its pages for what comes next.
    pub(crate) fn take_from(&mut self, other: &mut Self) {
        for (key, counts) in &mut other.pages {
            if counts.iter().all(|count| *count == 0) {
                continue;
            }
            if self.bits == other.bits {
                let len = counts.len();
                let own = self
                    .pages
                    .entry(*key)
                    .or_insert_with(|| vec![0; len].into());
                for (own, count) in own.iter_mut().zip(counts.iter_mut()) {
                    *own += std::mem::take(count);
                }
            } else {
                merge_page(self, *key, counts, other.bits);
            }
        }
        if self.bits == other.bits {
            self.count += other.count - other.zeros;
        }
        self.count += other.zeros;
        self.zeros += std::mem::take(&mut other.zeros);
        other.count = 0;
    }

    /// The value at a rank between 0 and `count - 1`, as if a bucket's values lay evenly in it.
    pub(crate) fn value_at(&self, rank: f64) -> f64 {
        let mut before = 0.0;
        let mut last = 0.0;
        for (low, high, count) in self.buckets() {
            let count = count as f64;
            if rank < before + count {
                return low + (high - low) * ((rank - before + 0.5) / count).clamp(0.0, 1.0);
            }
            before += count;
            last = high;
        }
        last
    }

    /// The buckets that are not empty: bounds and count, ascending.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = (f64, f64, u64)> + '_ {
        let negative = self.pages.range(..0).flat_map(move |(key, counts)| {
            let bounds = move |(index, count): (usize, &u64)| {
                let (low, high) = bucket_bounds(*key, index, self.bits);
                (low, high, *count)
            };
            counts.iter().enumerate().rev().map(bounds)
        });
        let positive = self.pages.range(0..).flat_map(move |(key, counts)| {
            let bounds = move |(index, count): (usize, &u64)| {
                let (low, high) = bucket_bounds(*key, index, self.bits);
                (low, high, *count)
            };
            counts.iter().enumerate().map(bounds)
        });
        let zeros = std::iter::once((0.0, 0.0, self.zeros));
        negative
            .chain(zeros)
            .chain(positive)
            .filter(|(_, _, count)| *count > 0)
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Adds a page of another width, each bucket at its middle.
fn merge_page(into: &mut Histogram, key: i32, counts: &mut [u64], bits: u32) {
    for (index, count) in counts
        .iter_mut()
        .enumerate()
        .filter(|(_, count)| **count > 0)
    {
        let (low, high) = bucket_bounds(key, index, bits);
        into.add_many(f64::midpoint(low, high), std::mem::take(count));
    }
}

fn bucket_bounds(page: i32, index: usize, bits: u32) -> (f64, f64) {
    let exponent = page.abs() - 1 + EXPONENT_MIN;
    let base = 2.0_f64.powi(exponent);
    let step = base / f64::from(1_u32 << bits);
    let low = base + step * index as f64;
    if page < 0 {
        (-(low + step), -low)
    } else {
        (low, low + step)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_value_lies_in_its_bucket(value in -1e15_f64..1e15) {
            let mut histogram = Histogram::new(10);
            histogram.add(value);
            let (low, high, count) = histogram.buckets().next().unwrap();
            prop_assert_eq!(count, 1);
            prop_assert!(low <= value && value <= high, "{} <= {} <= {}", low, value, high);
            prop_assert!(high - low <= value.abs() / 1024.0 + 1e-15);
        }

        #[test]
        fn merging_is_as_adding(values in prop::collection::vec(-1e6_f64..1e6, 0..200), at in 0_usize..200) {
            let (mut whole, mut left, mut right) = (Histogram::new(8), Histogram::new(8), Histogram::new(8));
            for (index, value) in values.iter().enumerate() {
                whole.add(*value);
                if index < at { left.add(*value) } else { right.add(*value) }
            }
            left.take_from(&mut right);
            prop_assert!(right.is_empty());
            prop_assert_eq!(left.count(), whole.count());
            prop_assert_eq!(left.buckets().collect::<Vec<_>>(), whole.buckets().collect::<Vec<_>>());
        }
    }

    #[test]
    fn hostile_values_stay_in_bounds() {
        let mut histogram = Histogram::new(10);
        for value in [
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            -0.0,
            f64::INFINITY,
            f64::NAN,
            1e-300,
        ] {
            histogram.add(value);
        }
        assert_eq!(histogram.count(), 7);
        assert_eq!(histogram.pages.len(), 2);
        assert!(histogram.value_at(0.0) < -1e18);
        assert!(histogram.value_at(6.0) > 1e18);
    }

    #[test]
    fn a_coarser_histogram_takes_a_finer_one() {
        let (mut coarse, mut fine) = (Histogram::new(6), Histogram::new(10));
        (1..=1000).for_each(|n| fine.add(f64::from(n)));
        fine.add(0.0);
        coarse.take_from(&mut fine);
        assert_eq!(coarse.count(), 1001);
        let median = coarse.value_at(500.0);
        assert!((median - 500.0).abs() < 10.0, "{median}");
    }
}
