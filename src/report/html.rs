//! One self-contained page for people: no request leaves it, and nothing from the account is trusted in it.
//!
//! The style and the script are named by hash in the page's Content-Security-Policy, so no other can run. Text is
//! escaped by Askama; the findings travel as JSON ([`data`]) and reach the page as text nodes only; Markdown of rules
//! goes through [`markdown`]; and control characters are taken out of the finished page as a whole.

mod charts;
mod coverage;
mod data;
mod markdown;
mod missing;
mod view;
mod why;

use std::io;

use askama::Template;
use sha2::{Digest, Sha256};

use super::Report;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = concat!(include_str!("html/why.js"), include_str!("html/script.js"));

/// Writes the page.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let page = view::Page::new(report);
    let html = page.render().map_err(io::Error::other)?;
    // Whatever way a control character took into the page, it is of no use there.
    let html: String = html
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    out.write_all(html.as_bytes())
}

/// What the page may do: show itself, run this script, and nothing else.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        source_hash(STYLE),
        source_hash(SCRIPT)
    )
}

fn source_hash(source: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(source.as_bytes())))
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .chain([&0, &0])
            .take(3)
            .fold(0u32, |group, byte| group << 8 | u32::from(*byte));
        for place in 0..4 {
            let is_padding = place > chunk.len();
            let index = (group >> (18 - 6 * place) & 63) as usize;
            text.push(if is_padding {
                '='
            } else {
                char::from(ALPHABET[index])
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_the_rfc() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn style_and_script_survive_the_page_unchanged() {
        // Otherwise their hashes would not match, or they would end their own element.
        for source in [STYLE, SCRIPT] {
            assert!(!source.chars().any(|c| c.is_control() && c != '\n'));
            assert!(!source.contains("</"));
        }
        for forbidden in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "http",
        ] {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
        for forbidden in ["@import", "url(", "http"] {
            assert!(!STYLE.contains(forbidden), "{forbidden}");
        }
    }

    /// Relative luminance of `#rrggbb` (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn contrast_is_computed_as_wcag_does() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((contrast("#777777", "#ffffff") - 4.478).abs() < 1e-3);
    }

    #[test]
    fn both_themes_and_the_printed_page_are_readable() {
        let mut themes = 0;
        let mut colours = std::collections::HashMap::new();
        for block in STYLE.split(":root {").skip(1) {
            let block = &block[..block.find('}').unwrap()];
            // A later block overrides the first.
            for declaration in block.split(';') {
                if let Some((name, value)) = declaration.trim().split_once(": ")
                    && value.starts_with('#')
                {
                    colours.insert(name, value);
                }
            }
            themes += 1;
            let check = |text: &str, ground: &str, least: f64| {
                let ratio = contrast(colours[text], colours[ground]);
                assert!(
                    ratio >= least,
                    "theme {themes}: {text} on {ground} has {ratio:.2}:1, not {least}:1"
                );
            };
            let texts = [
                "ink", "quiet", "accent", "link", "critical", "high", "medium", "low", "info",
            ];
            for text in texts {
                for ground in ["paper", "sheet", "wash"] {
                    check(&format!("--{text}"), &format!("--{ground}"), 4.5);
                }
            }
            check("--paper", "--critical", 4.5);
            check("--warn-ink", "--warn-paper", 4.5);
            // Borders of what can be operated, and bars on their track.
            check("--line-strong", "--sheet", 3.0);
            check("--accent", "--line", 3.0);
        }
        assert_eq!(themes, 3, "light, dark, print");
    }
}
