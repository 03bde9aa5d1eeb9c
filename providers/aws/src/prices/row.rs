//! A row of the book: the prices of one thing in all regions, as whole numbers of the row's smallest decimal.
//!
//! A row leans on another row whenever that leaves less to say: `m5.large` is a 48th of `m5.24xlarge`, MariaDB costs what
//! MySQL costs, two zones cost twice one zone. What is stored is where the prices differ from that prediction.

use std::sync::OnceLock;

use super::book::PriceBook;
use super::bytes::{Bytes, signed};

/// Powers of ten, each exact in `f64` (`powi` does not promise that). A price has fewer decimals than there are entries.
const POWERS_OF_TEN: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// An encoded row and, once asked for, its prices.
#[derive(Debug)]
pub(super) struct Row {
    bytes: &'static [u8],
    decoded: OnceLock<Decoded>,
}

impl Row {
    pub(super) fn new(bytes: &'static [u8]) -> Self {
        Self {
            bytes,
            decoded: OnceLock::new(),
        }
    }

    pub(super) fn bytes(&self) -> Bytes {
        Bytes::new(self.bytes)
    }

    pub(super) fn decoded(&self) -> Option<&Decoded> {
        self.decoded.get()
    }

    /// Keeps the prices. Two threads that decode the same row come to the same result.
    pub(super) fn keep(&self, decoded: Decoded) -> Option<&Decoded> {
        Some(self.decoded.get_or_init(|| decoded))
    }
}

/// The prices of a row, in the order of the regions that have one.
#[derive(Debug)]
pub(super) struct Decoded {
    /// Index of the coverage, which says the provenance of each region.
    pub(super) coverage: usize,
    regions: u64,
    scale: u32,
    prices: Box<[u64]>,
}

impl Decoded {
    fn amount(&self, region: usize) -> Option<u64> {
        if self.regions.checked_shr(u32::try_from(region).ok()?)? & 1 == 0 {
            return None;
        }
        let before = self.regions & ((1 << region) - 1);
        self.prices.get(before.count_ones() as usize).copied()
    }

    /// The price in a region, US dollars. Both numbers are exact in `f64`, so the quotient is the `f64` nearest to the
    /// published decimal, the same that parsing the published digits gives.
    pub(super) fn usd(&self, region: usize) -> Option<f64> {
        Some(self.amount(region)? as f64 / POWERS_OF_TEN.get(self.scale as usize)?)
    }
}

/// What stands before the prices of a row.
pub(super) struct RowHead {
    coverage: usize,
    regions: u64,
    scale: u32,
    /// Another row of the section and the ratio to it.
    pub(super) reference: Option<(usize, (u64, u64))>,
    rest: Bytes,
}

impl RowHead {
    pub(super) fn read(mut bytes: Bytes, book: &PriceBook) -> Option<Self> {
        let coverage = bytes.index()?;
        let regions = book.coverages.get(coverage)?.regions;
        let scale = u32::try_from(bytes.number()?)
            .ok()
            .filter(|scale| (*scale as usize) < POWERS_OF_TEN.len())?;
        let reference = match bytes.index()? {
            0 => None,
            next => Some((next - 1, *book.ratios.get(bytes.index()?)?)),
        };
        Some(Self {
            coverage,
            regions,
            scale,
            reference,
            rest: bytes,
        })
    }

    /// Predicts each price and corrects it by what is stored. A region that the reference does not have is predicted by
    /// the price of the region before it.
    pub(super) fn decode(mut self, reference: Option<(&Decoded, (u64, u64))>) -> Option<Decoded> {
        let mut prices = Vec::with_capacity(self.regions.count_ones() as usize);
        let mut before = 0;
        let mut right = 0;
        let mut left = self.regions;
        while left != 0 {
            let region = left.trailing_zeros() as usize;
            left &= left - 1;
            let leaned =
                reference.and_then(|(row, ratio)| Some((row.amount(region)?, row.scale, ratio)));
            let expected = match leaned {
                Some((amount, scale, ratio)) => predict(amount, scale, ratio, self.scale)?,
                None => before,
            };
            let error = self.next_error(&mut right)?;
            before = expected.checked_add_signed(error)?;
            prices.push(before);
        }
        let whole = self.rest.is_empty() && right == 0;
        whole.then(|| Decoded {
            coverage: self.coverage,
            regions: self.regions,
            scale: self.scale,
            prices: prices.into_boxed_slice(),
        })
    }

    /// The correction of the next price: an odd number is a correction, an even one announces `right` predictions, and
    /// after the last number all predictions are right.
    fn next_error(&mut self, right: &mut u64) -> Option<i64> {
        if *right > 0 {
            *right -= 1;
            return Some(0);
        }
        if self.rest.is_empty() {
            return Some(0);
        }
        let token = self.rest.number()?;
        if token & 1 == 1 {
            return Some(signed(token >> 1));
        }
        *right = token >> 1;
        Some(0)
    }
}

/// `amount × ratio`, from decimals of `from_scale` to decimals of `scale`, halves rounded up.
fn predict(amount: u64, from_scale: u32, ratio: (u64, u64), scale: u32) -> Option<u64> {
    let (up, down) = (
        scale.saturating_sub(from_scale),
        from_scale.saturating_sub(scale),
    );
    let top = u128::from(amount)
        .checked_mul(u128::from(ratio.0))?
        .checked_mul(10_u128.checked_pow(up)?)?;
    let bottom = u128::from(ratio.1).checked_mul(10_u128.checked_pow(down)?)?;
    let doubled = top.checked_mul(2)?.checked_add(bottom)?;
    u64::try_from(doubled / bottom.checked_mul(2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_round_halves_up() {
        assert_eq!(predict(4608, 3, (1, 48), 3), Some(96), "4.608 / 48 = 0.096");
        assert_eq!(predict(419, 3, (1, 2), 3), Some(210), "0.2095 is 0.210");
        assert_eq!(
            predict(10_796, 3, (1, 1), 1),
            Some(108),
            "10.796 to one decimal"
        );
        assert_eq!(predict(5, 0, (3, 4), 4), Some(37_500));
        assert_eq!(
            predict(u64::MAX, 0, (u64::MAX, 1), 22),
            None,
            "too large is none, not a panic"
        );
    }

    #[test]
    fn a_row_without_reference() {
        // 0.10, 0.10, 0.12, 0.12: +10, one right, +2, the last one right.
        let bytes = Bytes::new(&[(20 << 1) | 1, 0, (4 << 1) | 1]);
        let head = RowHead {
            coverage: 0,
            regions: 0b11011,
            scale: 2,
            reference: None,
            rest: bytes,
        };
        let row = head.decode(None).expect("whole");
        let read: Vec<_> = (0..6).map(|region| row.usd(region)).collect();
        assert_eq!(
            read,
            [Some(0.10), Some(0.10), None, Some(0.12), Some(0.12), None]
        );
        assert_eq!(row.usd(64), None);
    }

    #[test]
    fn a_row_that_leans_on_another() {
        let reference = Decoded {
            coverage: 0,
            regions: 0b011,
            scale: 3,
            prices: Box::new([4608, 5472]),
        };
        // The third region is not in the reference: predicted by the second, and right.
        let head = RowHead {
            coverage: 0,
            regions: 0b111,
            scale: 3,
            reference: Some((0, (1, 48))),
            rest: Bytes::new(&[]),
        };
        let row = head.decode(Some((&reference, (1, 48)))).expect("whole");
        assert_eq!(
            [row.usd(0), row.usd(1), row.usd(2)],
            [Some(0.096), Some(0.114), Some(0.114)]
        );
    }

    #[test]
    fn left_over_or_negative_is_damage() {
        let head = |rest| RowHead {
            coverage: 0,
            regions: 0b1,
            scale: 2,
            reference: None,
            rest: Bytes::new(rest),
        };
        assert!(
            head(&[3, 3]).decode(None).is_none(),
            "more than there are regions"
        );
        assert!(
            head(&[4]).decode(None).is_none(),
            "three right ones announced, one region"
        );
        assert!(head(&[3]).decode(None).is_none(), "-1");
    }
}
