//! A cursor over the bytes of the book. Everything returns `None` at the end of the data instead of panicking.

/// Reads numbers and texts one after the other.
#[derive(Clone, Debug)]
pub(super) struct Bytes {
    rest: &'static [u8],
}

impl Bytes {
    /// A cursor at the start of `data`.
    pub(super) fn new(data: &'static [u8]) -> Self {
        Self { rest: data }
    }

    /// Whether everything was read.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// A number: little-endian groups of seven bits, the high bit says that more follow.
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for (position, byte) in self.rest.iter().enumerate().take(10) {
            let group = u64::from(byte & 0x7f);
            let shift = 7 * position as u32;
            // The tenth group holds one bit of a 64-bit number.
            if shift == 63 && group > 1 {
                return None;
            }
            value |= group << shift;
            if byte & 0x80 == 0 {
                self.rest = &self.rest[position + 1..];
                return Some(value);
            }
        }
        None
    }

    /// A number that counts or indexes something in memory.
    pub(super) fn index(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// How many items follow. Each takes at least one byte, so a larger count is wrong and nothing is reserved for it.
    pub(super) fn count(&mut self) -> Option<usize> {
        self.index().filter(|count| *count <= self.rest.len())
    }

    /// A length and UTF-8.
    pub(super) fn text(&mut self) -> Option<&'static str> {
        let length = self.index()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

/// 0, 1, 2, 3, 4 … as 0, -1, 1, -2, 2 …
pub(super) fn signed(zigzag: u64) -> i64 {
    (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length() {
        let mut bytes = Bytes::new(&[0x00, 0x7f, 0x80, 0x01, 0xac, 0x02]);
        let read: Vec<_> = std::iter::from_fn(|| bytes.number()).collect();
        assert_eq!(read, [0, 127, 128, 300]);
        assert!(bytes.is_empty());
        let largest: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(Bytes::new(largest).number(), Some(u64::MAX));
    }

    #[test]
    fn cut_short_or_too_long_is_none() {
        assert_eq!(Bytes::new(&[]).number(), None);
        assert_eq!(Bytes::new(&[0x80]).number(), None);
        let too_long: &[u8] = &[0xff; 11];
        assert_eq!(Bytes::new(too_long).number(), None);
        let overflowing: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        assert_eq!(Bytes::new(overflowing).number(), None);
        assert_eq!(Bytes::new(&[3, b'a', b'b']).text(), None);
        assert_eq!(Bytes::new(&[1, 0xff]).text(), None, "not UTF-8");
        assert_eq!(Bytes::new(&[5, 1, 2]).count(), None);
    }

    #[test]
    fn zigzag_both_ways() {
        let read: Vec<_> = (0..6).map(signed).collect();
        assert_eq!(read, [0, -1, 1, -2, 2, -3]);
        assert_eq!(signed(u64::MAX), i64::MIN);
    }
}
