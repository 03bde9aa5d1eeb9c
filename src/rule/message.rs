//! Sentences with figures in them: `{name} never passed {cpu_max:1} % CPU`.

use serde_json::Value;

use crate::report::{figure, money};

/// A sentence with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value { name: String, format: Format },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Plain,
    Decimals(usize),
    Usd,
    Gib,
    Days,
    Date,
}

impl Template {
    /// Reads a template. The error says what is wrong, without a place.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let inner = &rest[open + 1..];
            let close = inner
                .find('}')
                .ok_or_else(|| format!("`{{` without `}}` in \"{text}\""))?;
            let (name, format) = inner[..close]
                .split_once(':')
                .unwrap_or((&inner[..close], ""));
            let format = match format {
                "" => Format::Plain,
                "usd" => Format::Usd,
                "gib" => Format::Gib,
                "days" => Format::Days,
                "date" => Format::Date,
                digits => match digits.parse() {
                    Ok(decimals @ 0..=4) => Format::Decimals(decimals),
                    _ => {
                        return Err(format!(
                            "unknown format `{digits}`; there are usd, gib, days, date and 0 to 4 decimals"
                        ));
                    }
                },
            };
            parts.push(Part::Value {
                name: name.trim().to_owned(),
                format,
            });
            rest = &inner[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Template { parts })
    }

    /// Names that it mentions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The sentence, with the values that `value` gives. What it does not know, or is null, reads "unknown".
    pub fn fill(&self, value: impl Fn(&str) -> Option<Value>) -> String {
        let mut sentence = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => sentence.push_str(text),
                Part::Value { name, format } => {
                    sentence.push_str(&show(value(name).unwrap_or(Value::Null), *format))
                }
            }
        }
        sentence
    }
}

fn show(value: Value, format: Format) -> String {
    let number = value.as_f64();
    match (value, format, number) {
        (Value::Null, ..) => "unknown".to_owned(),
        (_, Format::Usd, Some(number)) => money::usd(number),
        (_, Format::Gib, Some(gib)) => gib_text(gib),
        (_, Format::Days, Some(number)) => figure::days(number.round()),
        (_, Format::Decimals(decimals), Some(number)) => grouped(number, decimals),
        (Value::String(text), Format::Date, _) => text.chars().take(10).collect(),
        (Value::String(text), ..) => text,
        (Value::Number(number), ..) if number.is_i64() => {
            grouped(number.as_f64().unwrap_or_default(), 0)
        }
        (_, _, Some(number)) => {
            let text = grouped(number, 2);
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
        (Value::Bool(flag), ..) => if flag { "yes" } else { "no" }.to_owned(),
        (other, ..) => other.to_string(),
    }
}

/// A number with thousands separators.
fn grouped(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text.as_str(), ""), |(whole, fraction)| (whole, fraction));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    if number < 0.0 && out.chars().any(|digit| ('1'..='9').contains(&digit)) {
        format!("-{out}")
    } else {
        out
    }
}

fn gib_text(gib: f64) -> String {
    match gib.abs() {
        size if size >= 1024.0 => format!("{} TiB", grouped(gib / 1024.0, 1)),
        size if size >= 1.0 || size == 0.0 => format!("{} GiB", grouped(gib, 0)),
        _ => format!("{} MiB", grouped(gib * 1024.0, 0)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_shown_for_people() {
        let template =
            Template::parse("{a:usd} {b:1} {c:gib} {d} {e} {f:date} {g} {h} {i:days} {b:days}")
                .expect("a good template");
        let sentence = template.fill(|name| {
            Some(match name {
                "a" => json!(1234.5),
                "b" => json!(2.04),
                "c" => json!(2048.0),
                "d" => json!(12345),
                "e" => json!(0.5),
                "f" => json!("2026-01-02T03:04:05Z"),
                "g" => Value::Null,
                "i" => json!(0.8),
                _ => json!(true),
            })
        });
        assert_eq!(
            sentence,
            "$1,234.50 2.0 2.0 TiB 12,345 0.5 2026-01-02 unknown yes 1 day 2 days"
        );
    }

    #[test]
    fn a_bad_template_says_why() {
        assert_eq!(
            Template::parse("{x").unwrap_err(),
            "`{` without `}` in \"{x\""
        );
        assert!(
            Template::parse("{x:euro}")
                .unwrap_err()
                .contains("unknown format `euro`")
        );
    }
}
