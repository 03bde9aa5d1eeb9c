//! Places in a statement: lines and columns, both counted from 1.

/// Line and column of every place where a name stands as a word of its own.
pub(crate) fn places_of(text: &str, name: &str) -> Vec<(u64, u64)> {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut places = Vec::new();
    if name.is_empty() {
        return places;
    }
    for (index, line) in text.lines().enumerate() {
        for (at, _) in line.match_indices(name) {
            let before = line[..at].chars().next_back().is_some_and(in_name);
            let after = line[at + name.len()..].chars().next().is_some_and(in_name);
            if !before && !after {
                places.push((index as u64 + 1, line[..at].chars().count() as u64 + 1));
            }
        }
    }
    places
}

/// A place in bytes from the text's begin; the begin where the place is unknown (0), the end where it lies behind it.
pub(crate) fn offset(text: &str, line: u64, column: u64) -> usize {
    if line == 0 || column == 0 {
        return 0;
    }
    let mut begin = 0;
    for (index, one) in text.split_inclusive('\n').enumerate() {
        if index as u64 + 1 == line {
            let within = one.char_indices().nth(column as usize - 1);
            return begin + within.map_or(one.trim_end_matches('\n').len(), |(at, _)| at);
        }
        begin += one.len();
    }
    text.len()
}

/// Line and column of a text's last sign, blanks at its end aside.
pub(super) fn end_of(text: &str) -> (u64, u64) {
    let text = text.trim_end();
    let last = text.lines().last().unwrap_or_default();
    (
        text.lines().count().max(1) as u64,
        last.chars().count().max(1) as u64,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_word_only() {
        let text = "SELECT ab, b\nFROM b WHERE ä = b_c";
        assert_eq!(places_of(text, "b"), [(1, 12), (2, 6)]);
        assert_eq!(places_of(text, "b_c"), [(2, 18)]);
        assert!(places_of(text, "").is_empty());
    }

    #[test]
    fn a_place_is_an_offset_in_bytes() {
        let text = "ä b\nc";
        assert_eq!(&text[offset(text, 1, 3)..], "b\nc");
        assert_eq!(&text[offset(text, 2, 1)..], "c");
        assert_eq!(offset(text, 0, 0), 0);
        assert_eq!(offset(text, 1, 99), "ä b".len());
        assert_eq!(offset(text, 9, 1), text.len());
        assert_eq!(end_of("SELECT\n  x \n"), (2, 3));
    }
}
