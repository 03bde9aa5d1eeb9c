//! What costs: prices of today, what is charged by the request, and what may be spent.

use std::path::PathBuf;

use billhook::config::parse_age;
use clap::{Args, ValueHint};
use jiff::SignedDuration;

/// Prices of today.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Prices")]
pub(crate) struct LiveArgs {
    /// Read today's list prices of what is found, and keep them with what is read
    #[arg(long)]
    pub(crate) live_prices: bool,
    /// Folder in which prices are kept between runs; default: billhook/prices in the user's cache folder
    #[arg(long, env = "BILLHOOK_PRICE_CACHE", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) price_cache: Option<PathBuf>,
    /// Read prices again that are older than this, such as 14d or 12h [default: 14d]
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    pub(crate) price_ttl: Option<SignedDuration>,
}

/// What is charged by the request and so has to be asked for.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Cost")]
pub(crate) struct ExtraArgs {
    /// Read Cost Explorer as well, at $0.01 a request (a scan takes 5 to 19). Same as `cost_explorer = true` under [scan]
    #[arg(long)]
    pub(crate) cost_explorer: bool,
    /// Leave regions alone in which Cost Explorer shows no usage for three months, but for their settings: one request of $0.01 in place of
    /// dozens a region. Same as `skip_quiet_regions = true` under [scan]
    #[arg(long)]
    pub(crate) skip_quiet_regions: bool,
}

/// What may be spent.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Cost")]
pub(crate) struct SpendArgs {
    /// What has to be asked for.
    #[command(flatten)]
    pub(crate) extra: ExtraArgs,
    /// Spend no more than this on API charges. What would pass it is left out and reported, what is worth least first
    #[arg(long, value_name = "USD", value_parser = parse_usd)]
    pub(crate) max_api_usd: Option<f64>,
}

pub(super) fn parse_usd(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(usd) if usd.is_finite() && usd >= 0.0 => Ok(usd),
        _ => Err("write an amount of dollars such as 5 or 12.50".to_owned()),
    }
}
