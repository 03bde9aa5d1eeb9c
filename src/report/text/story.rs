//! What the rules made of one resource, for a terminal.

use std::io;

use super::page::{Page, Style};
use super::why::{bullet, working};
use super::{NARROWEST, TextOptions, WIDEST};
use crate::report::ResourceStory;

/// Writes what every rule made of a resource, and what it costs. With `brief` only what is not said by findings that were
/// written before.
pub fn write_story(
    story: &ResourceStory,
    brief: bool,
    options: &TextOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut page = Page {
        text: String::new(),
        width: options.width.clamp(NARROWEST, WIDEST),
        colour: options.colour,
    };
    if !brief {
        let name = if story.name.is_empty() {
            story.short_id.clone()
        } else {
            format!("{} ({})", story.name, story.short_id)
        };
        page.wrapped(Style::Bold, "", "", &format!("No finding: {name}"));
        for (label, text) in [
            ("Type", story.resource_type.clone()),
            ("Place", format!("{} {}", story.account_id, story.region)),
            ("ARN", story.resource_id.clone()),
            ("Where", story.change_at.clone()),
        ] {
            if text.is_empty() {
                continue;
            }
            page.wrapped(
                Style::Plain,
                &format!("  {label:<13}"),
                &" ".repeat(15),
                &text,
            );
        }
    }
    verdicts(&mut page, story, brief);
    if let Some(calculation) = story.calculation.as_ref().filter(|_| !brief) {
        page.heading("What it costs");
        working(&mut page, &story.prices, std::slice::from_ref(calculation));
    }
    if !story.remark.is_empty() {
        page.raw("");
        page.wrapped(Style::Dim, "", "", &story.remark);
    }
    out.write_all(page.text.as_bytes())
}

fn verdicts(page: &mut Page, story: &ResourceStory, brief: bool) {
    let groups = [
        ("found", "Found by"),
        ("not judged", "Not judged by"),
        ("clear", "Judged and fine by"),
        ("outside", "Not what these rules are about"),
    ];
    for (verdict, title) in groups {
        if brief && verdict == "found" {
            continue;
        }
        let of: Vec<_> = story
            .verdicts
            .iter()
            .filter(|line| line.verdict == verdict)
            .collect();
        if !of.is_empty() {
            page.heading(title);
        }
        for line in of {
            let reason = if line.reason.is_empty() {
                String::new()
            } else {
                format!(": {}", line.reason)
            };
            bullet(page, &format!("{} ({}){reason}", line.title, line.rule));
        }
    }
}
