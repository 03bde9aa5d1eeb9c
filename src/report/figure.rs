//! Figures for people: a name whose ending tells the unit (`cpu_max_percent`), and a value.

use serde_json::Value;

use super::money::usd;
use super::{ReportFinding, ReportPrice, Status};

/// Endings of names that are units.
const UNITS: &[(&str, &str)] = &[
    ("_usd", "$"),
    ("_percent", "%"),
    ("_gib_month", "GiB a month"),
    ("_gib", "GiB"),
    ("_gb", "GB"),
    ("_mib", "MiB"),
    ("_mb", "MB"),
    ("_days", "days"),
    ("_hours", "h"),
    ("_gbps", "Gbit/s"),
    ("_mibps", "MiB/s"),
];
/// Words that are written otherwise than in a name.
const WORDS: &[(&str, &str)] = &[
    ("cpu", "CPU"),
    ("nat", "NAT"),
    ("ebs", "EBS"),
    ("iops", "IOPS"),
    ("vcpus", "vCPUs"),
    ("s3", "S3"),
    ("dynamodb", "DynamoDB"),
    ("kms", "KMS"),
    ("tls", "TLS"),
    ("http", "HTTP"),
    ("sns", "SNS"),
    ("id", "id"),
];

fn unit_of(name: &str) -> Option<(&str, &'static str)> {
    UNITS.iter().find_map(|(ending, unit)| {
        let stem = name.strip_suffix(ending).filter(|stem| !stem.is_empty())?;
        Some((stem, *unit))
    })
}

/// The name in words, without its unit: `cpu_max_percent` is `CPU max`.
pub(crate) fn label(name: &str) -> String {
    let stem = unit_of(name).map_or(name, |(stem, _)| stem);
    let stem = stem
        .strip_suffix("monthly_savings")
        .map(|lead| format!("{lead}savings_a_month"))
        .or_else(|| Some(format!("{}cost_a_month", stem.strip_suffix("monthly")?)))
        .unwrap_or_else(|| stem.to_owned());
    let words: Vec<&str> = stem
        .split('_')
        .filter(|word| !word.is_empty())
        .map(|word| {
            let known = WORDS.iter().find(|(plain, _)| *plain == word);
            known.map_or(word, |(_, written)| written)
        })
        .collect();
    words.join(" ")
}

/// A value with the unit that its name ends in.
pub(crate) fn shown(name: &str, value: &Value) -> String {
    let Some(amount) = value.as_f64() else {
        return match value {
            Value::Null => "unknown".to_owned(),
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::String(text) if text.is_empty() => "none".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
    };
    match unit_of(name) {
        Some((_, "$")) => usd(amount),
        Some((_, "days")) => days(amount),
        Some((_, unit)) => format!("{} {unit}", number(amount)),
        None => number(amount),
    }
}

/// A value with a unit in words, as thresholds have it: `percent`, `USD a month`, `days`.
pub(crate) fn shown_with_unit(value: &Value, unit: &str) -> String {
    match (value.as_f64(), unit) {
        (Some(amount), unit) if unit == "USD" || unit.starts_with("USD ") => {
            format!("{}{}", usd(amount), &unit[3..])
        }
        (Some(amount), unit) if unit == "percent" || unit.starts_with("percent ") => {
            format!("{} %{}", number(amount), &unit[7..])
        }
        (Some(amount), "days") => days(amount),
        (_, "") => shown("", value),
        (_, unit) => format!("{} {unit}", shown("", value)),
    }
}

/// A number of days: `1 day`, `2.5 days`.
pub(crate) fn days(amount: f64) -> String {
    match number(amount).as_str() {
        "1" => "1 day".to_owned(),
        several => format!("{several} days"),
    }
}

/// A number with separators and no more digits than say something: two decimals, and four digits that count below 1.
pub(crate) fn number(amount: f64) -> String {
    if !amount.is_finite() {
        return "unknown".to_owned();
    }
    if amount.abs() >= 1e15 {
        return format!("{amount:.2e}");
    }
    let decimals = if amount == 0.0 || amount.abs() >= 1.0 {
        2
    } else {
        // 0.000123 has its first digit in the fourth place.
        let places = -amount.abs().log10().floor();
        (places as usize).saturating_add(1).clamp(2, 8)
    };
    let plain = format!("{:.decimals$}", amount.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut text = String::new();
    if amount < 0.0 && plain.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A unit price with all its digits, two at least.
pub(crate) fn unit_price(amount: f64) -> String {
    let plain = format!("{amount}");
    let decimals = plain.split_once('.').map_or(0, |(_, digits)| digits.len());
    if decimals < 2 {
        format!("${amount:.2}")
    } else {
        format!("${plain}")
    }
}

/// A price with its unit, day and source.
pub(crate) fn price_text(price: &ReportPrice) -> String {
    let place = format!("{} in {}", price.sku, price.region);
    let Some(amount) = price.usd else {
        return format!("{place}: this price is not known");
    };
    let day = match price.as_of.as_str() {
        "" => "without a date".to_owned(),
        day => format!("as of {day}"),
    };
    format!(
        "{place}: {} for one {}, {}, {day}; {}",
        unit_price(amount),
        price.unit,
        price.basis,
        price.source
    )
}

/// The length of a period in words.
pub(crate) fn period(seconds: u32) -> String {
    match seconds {
        86_400 => "a day".to_owned(),
        3_600 => "an hour".to_owned(),
        60 => "a minute".to_owned(),
        seconds if seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} seconds"),
    }
}

/// What share of a window must be known, in words.
pub(crate) fn coverage_needed(share: f64) -> String {
    if share > 0.0 {
        format!("{} % needed", number(share * 100.0))
    } else {
        "used where it is known".to_owned()
    }
}

/// The name of a figure of a series.
pub(crate) fn statistic(name: &str) -> &str {
    match name {
        "p995" => "99.5th percentile",
        "p95" => "95th percentile",
        "max" => "highest",
        "min" => "lowest",
        "avg" => "average",
        other => other,
    }
}

/// The name of an amount of a finding.
pub(crate) fn amount_name(amount: &str) -> &str {
    match amount {
        "monthly_savings_usd" => "savings",
        "at_stake_usd" => "at stake",
        "monthly_cost_usd" => "cost of the resource",
        other => other,
    }
}

/// What is counted where there are no steps, and why.
pub(crate) fn uncounted(finding: &ReportFinding) -> &'static str {
    match (
        finding.status(),
        finding.monthly_savings_usd,
        finding.at_stake_usd,
    ) {
        (Status::Exempted, ..) => "Nothing: it is exempted.",
        (Status::Absorbed, ..) => "Nothing: another finding counts instead.",
        (_, None, Some(_)) => "Nothing: spend at stake is not a saving.",
        (_, None, None) if finding.action != "none" => {
            "Nothing: what it saves is not known, so the sums lack it."
        }
        _ => "Nothing: it saves no money by itself.",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_tell_the_unit() {
        assert_eq!(label("cpu_max_percent"), "CPU max");
        assert_eq!(shown("cpu_max_percent", &json!(2.125)), "2.12 %");
        assert_eq!(shown("monthly_savings_usd", &json!(1234.5)), "$1,234.50");
        assert_eq!(shown("busiest_day_mb", &json!(0.5)), "0.5 MB");
        assert_eq!(label("_percent"), "percent");
        assert_eq!(label("target_monthly_usd"), "target cost a month");
        assert_eq!(label("monthly_savings_usd"), "savings a month");
        assert_eq!(label("routes_to_it"), "routes to it");
        assert_eq!(shown("processed_gib_month", &json!(3.0)), "3 GiB a month");
        assert_eq!(shown("age_days", &Value::Null), "unknown");
        assert_eq!(shown("age_days", &json!(1)), "1 day");
        assert_eq!(shown("age_days", &json!(1.25)), "1.25 days");
        assert_eq!(shown("encrypted", &json!(false)), "no");
        assert_eq!(shown("managed_by", &json!("")), "none");
        assert_eq!(shown("routes", &json!(1_234_567)), "1,234,567");
    }

    #[test]
    fn thresholds_have_units_in_words() {
        let text = |value, unit| shown_with_unit(&value, unit);
        assert_eq!(text(json!(5.0), "USD a month"), "$5.00 a month");
        assert_eq!(text(json!(5.0), "percent"), "5 %");
        assert_eq!(
            text(json!(100), "percent of the limit"),
            "100 % of the limit"
        );
        assert_eq!(text(json!(14), "days"), "14 days");
        assert_eq!(text(json!(1.0), "days"), "1 day");
        assert_eq!(text(json!("gp3"), ""), "gp3");
    }

    #[test]
    fn numbers_are_as_long_as_they_say_something() {
        for (amount, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (730.0, "730"),
            (-2000.5, "-2,000.5"),
            (0.000_123_4, "0.00012"),
            (12.345_6, "12.35"),
            (-0.000_000_000_1, "0"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(number(amount), text, "{amount}");
        }
    }

    #[test]
    fn unit_prices_keep_their_digits() {
        for (amount, text) in [
            (0.384, "$0.384"),
            (0.1, "$0.10"),
            (2.0, "$2.00"),
            (0.000_000_2, "$0.0000002"),
        ] {
            assert_eq!(unit_price(amount), text);
        }
    }

    #[test]
    fn periods_are_words() {
        let words = [86_400, 3_600, 300, 60, 90].map(period);
        assert_eq!(
            words,
            ["a day", "an hour", "5 minutes", "a minute", "90 seconds"]
        );
    }
}
