//! Text from the account, made fit to be shown. Whoever can tag a resource can write to it.

use std::borrow::Cow;

/// The text on one line, without what a terminal or a browser would act on instead of showing: control characters
/// (ESC among them) are dropped, tabs and line ends become blanks, and marks that turn the direction of text, with
/// which `exe.txt` can be made to look like `txt.exe`, are dropped.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_break(c) || is_dropped(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter(|c| !is_dropped(*c))
            .map(|c| if is_break(c) { ' ' } else { c })
            .collect(),
    )
}

/// An RFC 3339 instant to the minute, for people: `2026-11-02 06:00 UTC`. What is none is shown as it is.
pub(crate) fn moment(instant: &str) -> String {
    match instant.parse::<jiff::Timestamp>() {
        Ok(instant) => instant.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => clean(instant).into_owned(),
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_dropped(c: char) -> bool {
    let turns_direction = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let invisible = matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    (c.is_control() && !is_break(c)) || turns_direction || invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(clean("web-7 (größer) 日本 👩‍💻"), Cow::Borrowed(_)));
    }

    #[test]
    fn instants_are_readable() {
        assert_eq!(moment("2026-11-02T06:00:31.5Z"), "2026-11-02 06:00 UTC");
        assert_eq!(moment("2026-11-02T01:30:00+02:00"), "2026-11-01 23:30 UTC");
        assert_eq!(moment("yesterday\u{1b}"), "yesterday");
    }

    #[test]
    fn what_would_be_acted_on_goes() {
        assert_eq!(
            clean("a\u{1b}[31mred\u{1b}]0;title\u{7}"),
            "a[31mred]0;title"
        );
        assert_eq!(
            clean("one\ttwo\r\nthree\u{2028}four"),
            "one two  three four"
        );
        assert_eq!(clean("\u{202e}txt.exe\u{202c}\u{9b}31m"), "txt.exe31m");
        assert_eq!(clean("\u{0}\u{feff}\u{e0041}x\u{7f}"), "x");
    }
}
