//! The text of a rule file, taken apart. Knows Markdown and TOML, nothing of tables.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Prose, RuleError};

/// The TOML head as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub severity: Spanned<String>,
    pub kind: Spanned<String>,
    pub action: Spanned<String>,
    pub confidence: Spanned<String>,
    pub resource: Spanned<String>,
    #[serde(default)]
    pub applies: Option<Spanned<String>>,
    pub message: Spanned<String>,
    #[serde(default)]
    pub counts_children: bool,
    #[serde(default = "yes")]
    pub frees_commitments: bool,
    #[serde(default)]
    pub rider_of: Option<String>,
    #[serde(default)]
    pub unjudged: Vec<UnjudgedHead>,
    #[serde(default)]
    pub needs: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default)]
    pub params: BTreeMap<String, Spanned<ParamHead>>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnjudgedHead {
    pub when: Spanned<String>,
    #[serde(default)]
    pub table: Option<Spanned<String>>,
    pub reason: Spanned<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParamHead {
    pub default: toml::Value,
    #[serde(default)]
    pub unit: String,
    pub doc: String,
}

/// What an example expects of one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The query returns it.
    Flagged,
    /// Judged, and fine.
    Clear,
    /// Not judged.
    NotJudged,
    /// Not in the population.
    Outside,
}

/// One line of an `expect` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectLine {
    /// Line in the file.
    pub line: u64,
    /// Resource.
    pub resource_id: String,
    /// Expected verdict.
    pub verdict: Verdict,
    /// Columns of the flagged row, and their values as text.
    pub values: Vec<(String, String)>,
}

/// A small world and what the rule makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its heading.
    pub name: String,
    /// Line of the heading.
    pub line: u64,
    /// CSV text by table, each with the line where it begins.
    pub tables: Vec<(String, u64, String)>,
    /// What is expected.
    pub expect: Vec<ExpectLine>,
}

/// A rule file, taken apart.
#[derive(Clone, Debug)]
pub struct RuleText {
    /// Id.
    pub id: String,
    /// File, as the user knows it.
    pub path: String,
    pub(super) head: Head,
    /// The head as it was written.
    pub(super) head_text: String,
    /// First line of the head's text.
    pub(super) head_line: u64,
    /// Title.
    pub title: String,
    /// The words for people.
    pub prose: Prose,
    /// The query.
    pub sql: String,
    /// First line of the query's text.
    pub sql_line: u64,
    /// Examples.
    pub examples: Vec<Example>,
}

/// A fenced block or a heading or a line of text.
enum Piece<'a> {
    Fence {
        line: u64,
        info: &'a str,
        text: String,
    },
    Heading {
        line: u64,
        level: usize,
        text: &'a str,
    },
    Text(&'a str),
}

fn pieces<'a>(path: &str, text: &'a str) -> Result<Vec<Piece<'a>>, RuleError> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = index as u64 + 1;
        if let Some(info) = line.strip_prefix("```") {
            let mut body = String::new();
            loop {
                match lines.next() {
                    None => return Err(error(path, number, "this ``` block is never closed")),
                    Some((_, "```")) => break,
                    Some((_, inner)) => {
                        body.push_str(inner);
                        body.push('\n');
                    }
                }
            }
            found.push(Piece::Fence {
                line: number,
                info: info.trim(),
                text: body,
            });
        } else if line.starts_with('#') && line.trim_start_matches('#').starts_with(' ') {
            let level = line.chars().take_while(|c| *c == '#').count();
            found.push(Piece::Heading {
                line: number,
                level,
                text: line[level..].trim(),
            });
        } else {
            found.push(Piece::Text(line));
        }
    }
    Ok(found)
}

fn error(path: &str, line: u64, message: impl Into<String>) -> RuleError {
    RuleError {
        path: path.to_owned(),
        line,
        column: u64::from(line > 0),
        message: message.into(),
    }
}

impl RuleText {
    /// Line and column in the file of a place in the head, given in bytes from its begin.
    pub(super) fn head_place(&self, at: usize) -> (u64, u64) {
        let before = self.head_text.get(..at).unwrap_or_default();
        place_after(self.head_line, before)
    }

    /// Line and column in the file of a place in a value of the head, given in bytes from the value's begin. Where the value is
    /// written with escapes, its own begin.
    pub(super) fn place_in(&self, value: &Spanned<String>, at: usize) -> (u64, u64) {
        let span = value.span();
        let raw = self.head_text.get(span.clone()).unwrap_or_default();
        let inside = raw
            .find(value.get_ref().as_str())
            .filter(|_| !value.get_ref().is_empty());
        match inside {
            Some(begin) => self.head_place(span.start + begin + at.min(value.get_ref().len())),
            None => self.head_place(span.start),
        }
    }
}

/// Line and column of what follows a text that begins at a line.
fn place_after(first_line: u64, before: &str) -> (u64, u64) {
    let line = first_line + before.matches('\n').count() as u64;
    let last = before.rsplit('\n').next().unwrap_or_default();
    (line, last.chars().count() as u64 + 1)
}

const SECTIONS: [&str; 4] = [
    "What it finds",
    "Why it costs",
    "What to do",
    "When it is wrong",
];

/// Takes a rule file apart. `path` is for messages.
pub fn parse(id: &str, path: &str, text: &str) -> Result<RuleText, RuleError> {
    let mut head: Option<(u64, String)> = None;
    let mut title = None;
    let mut section = String::new();
    let mut prose: BTreeMap<&str, String> = BTreeMap::new();
    let mut headings: BTreeMap<&str, u64> = BTreeMap::new();
    let mut sql: Option<(u64, String)> = None;
    let mut examples: Vec<Example> = Vec::new();
    for piece in pieces(path, text)? {
        match piece {
            Piece::Fence {
                line,
                info: "toml",
                text,
            } if head.is_none() && title.is_none() => head = Some((line + 1, text)),
            Piece::Fence {
                line,
                info: "sql",
                text,
            } if section == "Query" => {
                if sql.replace((line + 1, text)).is_some() {
                    return Err(error(
                        path,
                        line,
                        "a second ```sql block under ## Query; a rule has exactly one",
                    ));
                }
            }
            Piece::Fence { line, info, text } if section == "Examples" => {
                let example = examples.last_mut().ok_or_else(|| {
                    error(
                        path,
                        line,
                        "a block before the first ### heading of ## Examples",
                    )
                })?;
                if info == "expect" {
                    if !example.expect.is_empty() {
                        return Err(error(
                            path,
                            line,
                            "a second ```expect block in this example",
                        ));
                    }
                    example.expect = expectations(path, line, &text)?;
                } else if let Some(table) = info.strip_prefix("csv ") {
                    example
                        .tables
                        .push((table.trim().to_owned(), line + 1, text));
                } else {
                    return Err(error(
                        path,
                        line,
                        "an example holds ```csv TABLE blocks and one ```expect block",
                    ));
                }
            }
            Piece::Fence { line, info, text } => match prose.get_mut(section.as_str()) {
                Some(words) => words.push_str(&format!("```{info}\n{text}```\n")),
                None => {
                    return Err(error(
                        path,
                        line,
                        format!("a ```{info} block does not belong here"),
                    ));
                }
            },
            Piece::Heading {
                line,
                level: 1,
                text,
            } => {
                if title.replace(text.to_owned()).is_some() {
                    return Err(error(path, line, "a second # title"));
                }
            }
            Piece::Heading {
                line,
                level: 2,
                text,
            } => {
                if let Some(known) = SECTIONS.iter().find(|known| **known == text) {
                    prose.insert(known, String::new());
                    headings.insert(known, line);
                } else if text != "Query" && text != "Examples" {
                    let known = SECTIONS.join(", ");
                    return Err(error(
                        path,
                        line,
                        format!("unknown heading; there are: {known}, Query, Examples"),
                    ));
                }
                section = text.to_owned();
            }
            Piece::Heading {
                line,
                level: 3,
                text,
            } if section == "Examples" => {
                examples.push(Example {
                    name: text.to_owned(),
                    line,
                    tables: Vec::new(),
                    expect: Vec::new(),
                });
            }
            Piece::Heading { text, .. } | Piece::Text(text) => {
                if let Some(words) = prose.get_mut(section.as_str()) {
                    words.push_str(text);
                    words.push('\n');
                }
            }
        }
    }
    let (head_line, head) =
        head.ok_or_else(|| error(path, 1, "a rule begins with a ```toml block"))?;
    let head_text = head;
    let head: Head = toml::from_str(&head_text).map_err(|fault| {
        let (line, column) = match fault.span() {
            Some(span) => {
                let before = head_text.get(..span.start).unwrap_or_default();
                place_after(head_line, before)
            }
            None => (head_line, 1),
        };
        RuleError {
            path: path.to_owned(),
            line,
            column,
            message: fault.message().trim().to_owned(),
        }
    })?;
    let title = title
        .filter(|title| !title.is_empty())
        .ok_or_else(|| error(path, 0, "the rule has no # title"))?;
    for section in SECTIONS {
        if prose
            .get(section)
            .is_none_or(|words| words.trim().is_empty())
        {
            return Err(error(
                path,
                headings.get(section).copied().unwrap_or(0),
                format!("the section ## {section} is missing or empty"),
            ));
        }
    }
    let (sql_line, sql) =
        sql.ok_or_else(|| error(path, 0, "there is no ```sql block under ## Query"))?;
    let mut words = |section: &str| prose.remove(section).unwrap_or_default().trim().to_owned();
    Ok(RuleText {
        id: id.to_owned(),
        path: path.to_owned(),
        head,
        head_text,
        head_line,
        title,
        prose: Prose {
            what_it_finds: words(SECTIONS[0]),
            why_it_costs: words(SECTIONS[1]),
            what_to_do: words(SECTIONS[2]),
            when_it_is_wrong: words(SECTIONS[3]),
        },
        sql,
        sql_line,
        examples,
    })
}

fn expectations(path: &str, fence_line: u64, text: &str) -> Result<Vec<ExpectLine>, RuleError> {
    let mut expected = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = fence_line + 1 + index as u64;
        if line.trim().is_empty() {
            continue;
        }
        let usage =
            "write `RESOURCE: flagged|clear|not judged|outside`, after flagged also `column=value`";
        // A resource id may hold colons (an ARN), so the separator is the last colon that is followed by a space.
        let (resource, rest) = line
            .rsplit_once(": ")
            .ok_or_else(|| error(path, number, usage))?;
        let rest = rest.trim();
        let verdicts = [
            ("flagged", Verdict::Flagged),
            ("clear", Verdict::Clear),
            ("not judged", Verdict::NotJudged),
            ("outside", Verdict::Outside),
        ];
        let (word, verdict) = verdicts
            .into_iter()
            .find(|(word, _)| rest.starts_with(word))
            .ok_or_else(|| error(path, number, usage))?;
        let tail = rest[word.len()..].trim();
        let mut values = Vec::new();
        for pair in tail.split_whitespace() {
            let (column, value) = pair
                .split_once('=')
                .ok_or_else(|| error(path, number, usage))?;
            values.push((column.to_owned(), value.to_owned()));
        }
        if !values.is_empty() && verdict != Verdict::Flagged {
            return Err(error(
                path,
                number,
                "only a flagged resource has values to check",
            ));
        }
        expected.push(ExpectLine {
            line: number,
            resource_id: resource.trim().to_owned(),
            verdict,
            values,
        });
    }
    if expected.is_empty() {
        return Err(error(path, fence_line, "this ```expect block is empty"));
    }
    Ok(expected)
}
