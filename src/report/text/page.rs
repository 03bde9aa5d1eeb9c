//! The page that the summary is written on: columns, wrapping, colour.

use textwrap::WordSplitter;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::things;
use crate::finding::Severity;
use crate::report::clean::clean;

/// At most so many columns, with an ellipsis where something was cut.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let mut short = String::new();
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= columns {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}

/// Exactly so many columns.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let mut text = cut(text, columns);
    let missing = columns.saturating_sub(text.width());
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// How a piece of text stands out.
#[derive(Clone, Copy)]
pub(super) enum Style {
    Plain,
    Bold,
    Dim,
    Good,
    Warning,
    Severity(Severity),
}

impl Style {
    /// Parameters of the ANSI sequence (SGR). Only the sixteen colours that every terminal lets its user choose.
    fn sgr(self) -> &'static str {
        match self {
            Style::Plain => "",
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Good => "1;32",
            Style::Warning | Style::Severity(Severity::Medium) => "33",
            Style::Severity(Severity::Critical) => "1;31",
            Style::Severity(Severity::High) => "31",
            Style::Severity(Severity::Low) => "36",
            Style::Severity(Severity::Info) => "2",
        }
    }
}

/// The text as it grows. Whatever goes in from the account goes through [`clean`] or [`Page::wrapped`].
pub(super) struct Page {
    pub(super) text: String,
    pub(super) width: usize,
    pub(super) colour: bool,
}

impl Page {
    pub(super) fn styled(&self, style: Style, text: &str) -> String {
        if self.colour && !style.sgr().is_empty() && !text.is_empty() {
            format!("\u{1b}[{}m{text}\u{1b}[0m", style.sgr())
        } else {
            text.to_owned()
        }
    }

    /// A line that is known to be narrow enough, and clean.
    pub(super) fn raw(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn line(&mut self, style: Style, text: &str) {
        let line = cut(text, self.width);
        self.raw(&self.styled(style, line.trim_end()));
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.raw("");
        self.line(Style::Bold, text);
    }

    pub(super) fn wrapped(&mut self, style: Style, first: &str, rest: &str, text: &str) {
        let text = clean(text);
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text.trim(), options) {
            let line = line.trim_end();
            let body = line.trim_start_matches(' ');
            let indent = &line[..line.len() - body.len()];
            self.raw(&format!("{indent}{}", self.styled(style, body)));
        }
    }

    pub(super) fn field(&mut self, label: &str, text: &str) {
        self.wrapped(Style::Plain, &format!("{label:<10}"), &" ".repeat(10), text);
    }

    pub(super) fn figure(&mut self, style: Style, label: &str, figure: &str, note: &str) {
        let row = format!("  {label:<34} {figure:>14}");
        let line = self.styled(style, &row);
        let space = self.width.saturating_sub(row.width() + 2);
        let note = if note.width() <= space { note } else { "" };
        let note = self.styled(Style::Dim, note);
        self.raw(&if note.is_empty() {
            line
        } else {
            format!("{line}  {note}")
        });
    }

    pub(super) fn and_more(&mut self, number: usize, one: &str, many: &str) {
        if number > 0 {
            self.line(
                Style::Dim,
                &format!(
                    "    … and {}",
                    things(
                        number as u64,
                        &format!("more {one}"),
                        &format!("more {many}")
                    )
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_counts_columns_not_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(pad("日本", 6), "日本  ");
        assert_eq!(pad("日本語", 4).width(), 4);
    }

    #[test]
    fn wrapping_never_exceeds_the_width_and_keeps_no_control_characters() {
        let mut page = Page {
            text: String::new(),
            width: 60,
            colour: false,
        };
        page.wrapped(
            Style::Plain,
            "  - ",
            "    ",
            &format!("{} \u{1b}[31m{}", "日本".repeat(60), "x".repeat(200)),
        );
        assert!(page.text.lines().count() > 5);
        for line in page.text.lines() {
            assert!(line.width() <= 60, "{line}");
            assert!(!line.contains('\u{1b}'));
        }
    }

    #[test]
    fn colour_is_only_there_when_asked_for() {
        let plain = Page {
            text: String::new(),
            width: 80,
            colour: false,
        };
        assert_eq!(plain.styled(Style::Good, "x"), "x");
        let coloured = Page {
            text: String::new(),
            width: 80,
            colour: true,
        };
        assert_eq!(coloured.styled(Style::Good, "x"), "\u{1b}[1;32mx\u{1b}[0m");
        assert_eq!(coloured.styled(Style::Plain, "x"), "x");
    }
}
