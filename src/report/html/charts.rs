//! The charts of the page: net savings by a property, and how few findings make most of them.

use crate::report::chart::{self, Bar, Caption};
use crate::report::digest::{self, Slice};
use crate::report::money::{count, percent, usd};
use crate::report::{Report, ReportFinding};

/// Bars of a chart; the rest is one bar.
const MOST_BARS: usize = 7;
/// Width of a bar chart, pixels of its own coordinates.
const BARS_WIDTH: u32 = 360;

/// A chart with its heading.
pub(crate) struct Chart {
    pub title: &'static str,
    pub svg: String,
}

/// The curve of added-up savings, at two widths, and what it says.
pub(crate) struct Curve {
    pub wide: String,
    pub narrow: String,
    pub sentence: String,
}

pub(crate) fn charts(report: &Report) -> Vec<Chart> {
    type Property = fn(&ReportFinding) -> &str;
    let properties: [(&'static str, &'static str, Property); 6] = [
        ("chart-kind", "By kind", |f| &f.kind),
        ("chart-account", "By account", |f| &f.account_id),
        ("chart-region", "By region", |f| &f.region),
        ("chart-owner", "By owner", |f| f.owner_or_none()),
        ("chart-type", "By type of resource", |f| &f.resource_type),
        ("chart-confidence", "By confidence", |f| {
            f.confidence.as_str()
        }),
    ];
    let labels = digest::account_labels(report);
    let charts = properties.into_iter().map(|(id, title, property)| {
        let mut slices = digest::slices(report, property);
        if id == "chart-account" {
            for slice in &mut slices {
                if let Some(label) = labels.get(slice.name.as_str()) {
                    slice.name.clone_from(label);
                }
            }
        }
        let saving: Vec<_> = slices
            .into_iter()
            .filter(|slice| slice.net_usd > 0.0)
            .collect();
        let mut bars: Vec<Bar> = saving.iter().take(MOST_BARS).map(bar).collect();
        let rest = saving.get(MOST_BARS..).unwrap_or_default();
        if !rest.is_empty() {
            let net = rest.iter().map(|slice| slice.net_usd).sum();
            bars.push(Bar {
                label: format!("{} others", count(rest.len() as u64)),
                // Not one of them: as a bar it would only make the others short.
                usd: 0.0,
                figure: usd(net),
            });
        }
        let words: Vec<_> = bars
            .iter()
            .map(|bar| format!("{}: {}", bar.label, bar.figure))
            .collect();
        let description = format!("Net savings a month. {}.", words.join("; "));
        let caption = Caption {
            id,
            title: &format!("Net savings {}", title.to_lowercase()),
            description: &description,
        };
        Chart {
            title,
            svg: chart::bars(&caption, &bars, BARS_WIDTH),
        }
    });
    charts.filter(|chart| !chart.svg.is_empty()).collect()
}

fn bar(slice: &Slice) -> Bar {
    Bar {
        label: slice.name.clone(),
        usd: slice.net_usd,
        figure: usd(slice.net_usd),
    }
}

pub(crate) fn curve(report: &Report) -> Option<Curve> {
    let savings: Vec<f64> = digest::most_money(report, usize::MAX)
        .iter()
        .map(|finding| finding.counted_savings_usd)
        .collect();
    let sum: f64 = savings.iter().sum();
    if savings.len() < 5 || !sum.is_finite() {
        return None;
    }
    let mut so_far = 0.0;
    let most = 1 + savings.iter().position(|usd| {
        so_far += usd;
        so_far >= 0.8 * sum
    })?;
    let all = count(savings.len() as u64);
    let verb = if most == 1 {
        "finding makes"
    } else {
        "findings make"
    };
    let sentence = format!(
        "{} of {all} {verb} {} of the savings.",
        count(most as u64),
        percent(savings[..most].iter().sum::<f64>() / sum)
    );
    let title = "Savings added up, largest finding first";
    let draw = |id, size| {
        chart::cumulative(
            &Caption {
                id,
                title,
                description: &sentence,
            },
            &savings,
            most,
            size,
        )
    };
    let (wide, narrow) = (
        draw("curve-wide", (920, 240)),
        draw("curve-narrow", (BARS_WIDTH, 240)),
    );
    (!wide.is_empty()).then_some(Curve {
        wide,
        narrow,
        sentence,
    })
}
