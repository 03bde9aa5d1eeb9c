//! Markdown of rules to HTML. Rules may come from a folder of the user's, so nothing in them is trusted: raw HTML is
//! shown as text, images are their description, and only http(s) links are links.

use pulldown_cmark::{Alignment, CowStr, Event, Options, Parser, Tag, TagEnd};

/// The Markdown as HTML. Headings become bold paragraphs: the page's own outline stands.
pub(crate) fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut open_links = Vec::new();
    let events = Parser::new_ext(markdown, options).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Heading { .. }) => Some(raw("<p><strong>")),
        Event::End(TagEnd::Heading(_)) => Some(raw("</strong></p>\n")),
        // Alignment would become a style attribute, which the page's policy refuses.
        Event::Start(Tag::Table(columns)) => Some(Event::Start(Tag::Table(vec![
            Alignment::None;
            columns.len()
        ]))),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { dest_url, .. }) => {
            let is_web = is_web_address(&dest_url);
            open_links.push(is_web);
            is_web.then(|| {
                let address = escaped(&dest_url);
                raw(format!(
                    "<a href=\"{address}\" rel=\"noopener noreferrer\">"
                ))
            })
        }
        Event::End(TagEnd::Link) => open_links.pop().unwrap_or(false).then(|| raw("</a>")),
        other => Some(other),
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

fn raw<'a>(html: impl Into<CowStr<'a>>) -> Event<'a> {
    Event::InlineHtml(html.into())
}

fn is_web_address(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    let has_scheme = lower.starts_with("https://") || lower.starts_with("http://");
    has_scheme && !address.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_markdown_is_rendered() {
        let html = to_html(
            "# Head\n\nDo *this* with `aws ec2`:\n\n1. one\n2. [docs](https://example.com/a?b=1&c=2)\n",
        );
        assert!(html.contains("<p><strong>Head</strong></p>"), "{html}");
        assert!(
            html.contains("<em>this</em>")
                && html.contains("<code>aws ec2</code>")
                && html.contains("<ol>")
        );
        assert!(html.contains(
            "<a href=\"https://example.com/a?b=1&amp;c=2\" rel=\"noopener noreferrer\">docs</a>"
        ));
        assert!(!html.contains("<h1"));
    }

    #[test]
    fn raw_html_is_text() {
        for attack in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div\nonclick=alert(1)>\nx\n</div>",
            "<!-- --><svg/onload=alert(1)>",
        ] {
            let html = to_html(attack);
            for tag in ["<script", "<img", "<div", "<svg", "<!--"] {
                assert!(!html.contains(tag), "{attack} gave {html}");
            }
            assert!(html.contains("&lt;"), "{attack} gave {html}");
        }
    }

    #[test]
    fn only_web_addresses_are_links() {
        for attack in [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,<script>)",
            "[x](file:///etc/passwd)",
            "[x](//example.com)",
            "[x](&#106;avascript:alert(1))",
            "<javascript:alert(1)>",
            "[x]: javascript:alert(1)\n\n[x]",
        ] {
            let html = to_html(attack);
            assert!(
                !html.contains("<a ") && !html.contains("</a>"),
                "{attack} gave {html}"
            );
        }
        let quoted = to_html("[x](https://example.com/\"onmouseover=alert(1))");
        assert!(!quoted.contains("\"onmouseover"), "{quoted}");
    }

    #[test]
    fn tables_carry_no_style() {
        let html = to_html("| a | b |\n|--:|:-:|\n| 1 | 2 |\n");
        assert!(
            html.contains("<td>1</td>") && !html.contains("style"),
            "{html}"
        );
    }

    #[test]
    fn images_are_never_fetched() {
        let html = to_html(
            "![a picture](https://example.com/track.png) [![inner](http://x/y.png)](https://example.com)",
        );
        assert!(
            !html.contains("<img") && !html.contains("track.png"),
            "{html}"
        );
        assert!(
            html.contains("a picture") && html.contains(">inner</a>"),
            "{html}"
        );
    }
}
