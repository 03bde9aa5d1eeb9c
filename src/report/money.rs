//! Dollars for people.

/// The word that stands where an amount is not known. Unknown is never written as 0.
pub const UNKNOWN: &str = "unknown";

/// From here on digits would be noise, and the number is written in powers of ten.
const LARGEST_PLAIN_USD: f64 = 1e15;

/// US dollars to the cent with thousands separators: `$1,234.56`, `-$0.50`. What is no number is [`UNKNOWN`].
pub fn usd(amount: f64) -> String {
    if !amount.is_finite() {
        return UNKNOWN.to_owned();
    }
    if amount.abs() >= LARGEST_PLAIN_USD {
        return format!(
            "{}${:.2e}",
            if amount < 0.0 { "-" } else { "" },
            amount.abs()
        );
    }
    let plain = format!("{:.2}", amount.abs());
    let (whole, cents) = plain.split_once('.').unwrap_or((&plain, "00"));
    // The sign is looked up after rounding: -0.001 is $0.00.
    let negative = amount < 0.0 && plain != "0.00";
    format!(
        "{}${}.{cents}",
        if negative { "-" } else { "" },
        grouped(whole)
    )
}

/// As [`usd`], and [`UNKNOWN`] for `None`.
pub fn usd_or_unknown(amount: Option<f64>) -> String {
    amount.map_or_else(|| UNKNOWN.to_owned(), usd)
}

/// As [`usd`], for amounts that may be far below a cent (the price of a scan): `$0.0012`, and `under $0.0001`.
pub fn usd_fine(amount: f64) -> String {
    match amount {
        a if !a.is_finite() || a == 0.0 || a.abs() >= 0.01 => usd(a),
        a if a.abs() < 0.0001 => "under $0.0001".to_owned(),
        a => format!("{}${:.4}", if a < 0.0 { "-" } else { "" }, a.abs()),
    }
}

/// US dollars for the axis of a chart: `$0`, `$250`, `$1.5k`, `$20k`, `$3M`.
pub fn usd_short(amount: f64) -> String {
    if !amount.is_finite() {
        return UNKNOWN.to_owned();
    }
    let sign = if amount < 0.0 { "-" } else { "" };
    let size = amount.abs();
    let (scaled, unit) = match size {
        s if s >= 1e9 => (s / 1e9, "B"),
        s if s >= 1e6 => (s / 1e6, "M"),
        s if s >= 1e3 => (s / 1e3, "k"),
        s => (s, ""),
    };
    let digits = if scaled >= 100.0 { 0 } else { 2 };
    let figure = format!("{scaled:.digits$}");
    let figure = if figure.contains('.') {
        figure.trim_end_matches('0').trim_end_matches('.')
    } else {
        &figure
    };
    format!("{sign}${figure}{unit}")
}

/// A count with thousands separators: `12,345`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A share of 0 to 1 in percent: `12.3 %`; `under 0.1 %` where rounding would leave nothing.
pub fn percent(share: f64) -> String {
    match share {
        s if !s.is_finite() => UNKNOWN.to_owned(),
        s if s > 0.0 && s < 0.0005 => "under 0.1 %".to_owned(),
        // 99.96 % is not all of it.
        s if (0.9995..1.0).contains(&s) => "over 99.9 %".to_owned(),
        s if s == 0.0 || s == 1.0 => format!("{:.0} %", s * 100.0),
        s => format!("{:.1} %", s * 100.0),
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_have_separators_cents_and_a_sign() {
        for (amount, text) in [
            (0.0, "$0.00"),
            (-0.0, "$0.00"),
            (-0.001, "$0.00"),
            (0.005, "$0.01"),
            (1.5, "$1.50"),
            (999.999, "$1,000.00"),
            (1_234.56, "$1,234.56"),
            (-1_234_567.891, "-$1,234,567.89"),
            (1e15, "$1.00e15"),
            (f64::NAN, "unknown"),
            (f64::INFINITY, "unknown"),
        ] {
            assert_eq!(usd(amount), text, "{amount}");
        }
        assert_eq!(usd_or_unknown(None), "unknown");
        assert_eq!(usd_or_unknown(Some(3.0)), "$3.00");
    }

    #[test]
    fn small_amounts_keep_their_digits() {
        for (amount, text) in [
            (0.0, "$0.00"),
            (0.0012, "$0.0012"),
            (0.000_01, "under $0.0001"),
            (0.01, "$0.01"),
            (2.0, "$2.00"),
        ] {
            assert_eq!(usd_fine(amount), text, "{amount}");
        }
    }

    #[test]
    fn an_axis_is_short() {
        for (amount, text) in [
            (0.0, "$0"),
            (0.25, "$0.25"),
            (250.0, "$250"),
            (100.0, "$100"),
            (1_500.0, "$1.5k"),
            (20_000.0, "$20k"),
            (3e6, "$3M"),
            (-2e9, "-$2B"),
        ] {
            assert_eq!(usd_short(amount), text, "{amount}");
        }
    }

    #[test]
    fn shares_are_never_rounded_to_nothing_or_to_all() {
        for (share, text) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.123, "12.3 %"),
            (0.0001, "under 0.1 %"),
            (0.9999, "over 99.9 %"),
            (1.5, "150.0 %"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(percent(share), text, "{share}");
        }
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1,234,567");
    }
}
