//! Rates of a contract: a CSV file that `[prices] rates` names.

use std::collections::BTreeMap;
use std::path::Path;

use billhook_catalog::{PriceKey, Rate};
use jiff::civil::Date;

use super::ConfigError;

const REQUIRED: [&str; 4] = ["price", "region", "usd", "unit"];
const OPTIONAL: [&str; 2] = ["as_of", "note"];

/// Reads a file. A mistake names the file and the line.
pub(super) fn read(path: &Path) -> Result<Vec<Rate>, ConfigError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|fault| ConfigError(format!("{name}: cannot read the rates: {fault}")))?;
    parse(&text, &name)
}

fn parse(text: &str, name: &str) -> Result<Vec<Rate>, ConfigError> {
    let at = |line: u64, message: String| ConfigError(format!("{name}:{line}: {message}"));
    // Line by line: the reader of whole files does not count comments and blank lines.
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    let Some((first, head)) = lines.next() else {
        return Err(at(1, "there is no header".to_owned()));
    };
    let at_head = |message: String| at(first, message);
    let header = cells(head).map_err(at_head)?;
    if let Some(unknown) = header
        .iter()
        .find(|column| !REQUIRED.contains(column) && !OPTIONAL.contains(column))
    {
        return Err(at_head(format!(
            "unknown column {unknown:?}; there are price, region, usd, unit, as_of and note"
        )));
    }
    let column = |wanted: &str| header.iter().position(|column| column == wanted);
    for wanted in REQUIRED {
        if column(wanted).is_none() {
            return Err(at_head(format!("the column {wanted} is missing")));
        }
    }
    let mut rates: Vec<Rate> = Vec::new();
    let mut seen: BTreeMap<PriceKey, u64> = BTreeMap::new();
    for (line, text) in lines {
        let record = cells(text).map_err(|fault| at(line, fault))?;
        if record.len() != header.len() {
            let (found, wanted) = (record.len(), header.len());
            return Err(at(line, format!("{found} cells in place of {wanted}")));
        }
        let cell = |wanted: &str| column(wanted).and_then(|at| record.get(at)).unwrap_or("");
        let required = |wanted: &str| match cell(wanted) {
            "" => Err(at(line, format!("{wanted} is empty"))),
            cell => Ok(cell.to_owned()),
        };
        let key = PriceKey {
            price: required("price")?
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            region: required("region")?,
        };
        let usd = required("usd")?;
        let usd = usd
            .parse::<f64>()
            .ok()
            .filter(|usd| usd.is_finite() && *usd >= 0.0)
            .ok_or_else(|| {
                at(
                    line,
                    format!("usd {usd:?} is no amount of US dollars, such as 0.0816"),
                )
            })?;
        let as_of =
            match cell("as_of") {
                "" => None,
                day => Some(day.parse::<Date>().map_err(|_| {
                    at(line, format!("as_of {day:?} is no day, such as 2026-10-01"))
                })?),
            };
        if let Some(first) = seen.insert(key.clone(), line) {
            let PriceKey { price, region } = key;
            let message =
                format!("a second rate for {price} in {region}; the first is in line {first}");
            return Err(at(line, message));
        }
        rates.push(Rate {
            key,
            usd,
            unit: required("unit")?,
            as_of,
            source: name.to_owned(),
            line,
        });
    }
    Ok(rates)
}

/// The cells of a line.
pub(super) fn cells(line: &str) -> Result<csv::StringRecord, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes());
    let record = reader
        .records()
        .next()
        .unwrap_or(Ok(csv::StringRecord::new()));
    record.map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read() {
        let text = "price,region,usd,unit,as_of,note\n\
                    # enterprise agreement\n\
                    ec2  m5.large,us-east-1,0.0816,hour,2026-10-01,15 % off\n\
                    ebs gp3 storage_gb_month,us-east-1,0.07,gb-month,,\n";
        let rates = parse(text, "rates.csv").expect("good rates");
        let told: Vec<_> = rates
            .iter()
            .map(|rate| {
                (
                    rate.key.price.as_str(),
                    rate.usd,
                    rate.as_of.is_some(),
                    rate.line,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("ec2 m5.large", 0.0816, true, 3),
                ("ebs gp3 storage_gb_month", 0.07, false, 4)
            ]
        );
        assert_eq!(rates[0].source, "rates.csv");
    }

    #[test]
    fn a_mistake_names_file_and_line() {
        let head = "price,region,usd,unit,as_of\n";
        for (text, message) in [
            (
                "price,region,usd\n".to_owned(),
                "rates.csv:1: the column unit is missing",
            ),
            (
                "price,region,usd,unit,cost\n".to_owned(),
                "rates.csv:1: unknown column \"cost\"",
            ),
            (
                format!("{head}ec2 m5.large,us-east-1,cheap,hour,\n"),
                "rates.csv:2: usd \"cheap\"",
            ),
            (
                format!("{head}ec2 m5.large,us-east-1,-1,hour,\n"),
                "rates.csv:2: usd \"-1\"",
            ),
            (
                format!("{head}ec2 m5.large,us-east-1,inf,hour,\n"),
                "rates.csv:2: usd \"inf\"",
            ),
            (
                format!("{head}\nec2 m5.large,,1,hour,\n"),
                "rates.csv:3: region is empty",
            ),
            (
                format!("{head}ec2 m5.large,us-east-1,1,hour,soon\n"),
                "rates.csv:2: as_of \"soon\"",
            ),
            (
                format!("{head}ec2 m5.large,us-east-1,1,hour\n"),
                "rates.csv:2: 4 cells in place of 5",
            ),
            (
                format!("{head}ec2 m5.large,us-east-1,1,hour,\nec2 m5.large,us-east-1,2,hour,\n"),
                "rates.csv:3: a second rate for ec2 m5.large in us-east-1; the first is in line 2",
            ),
        ] {
            let fault = parse(&text, "rates.csv").expect_err(&text);
            assert!(fault.0.starts_with(message), "{fault}");
        }
    }
}
