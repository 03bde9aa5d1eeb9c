//! Sends the requests and takes the answers apart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aws_sdk_pricing::types::{Filter as SdkFilter, FilterType};
use billhook_catalog::GapKind;

use crate::call::Caller;
use crate::classify::Problem;
use crate::session::Clients;

use super::super::key::SkuKey;
use super::product::Product;
use super::query::{Filter, Match, PAGE, Query};
use super::{instance, meter};
use crate::private::write_private;

/// The one operation of the price list that is called.
pub(crate) const OPERATION: &str = "pricing:GetProducts";

/// Codes of an endpoint that does not take a filter as it is.
const BAD_FILTER: [&str; 2] = ["InvalidParameterException", "ValidationException"];

/// What the entries of some answers are the prices of.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// (price in US dollars, unit); None where entries differ.
    prices: BTreeMap<SkuKey, Option<(f64, &'static str)>>,
}

/// What became of one price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Found {
    /// US dollars for one unit.
    Price(f64, &'static str),
    /// The list holds several numbers for it.
    Contradiction,
    /// The list does not hold it.
    Nothing,
}

impl Answers {
    /// Takes an entry that is sold in the region.
    pub(super) fn take(&mut self, product: &Product, region: &str) {
        if !product.is_sold_in(region) {
            return;
        }
        let hour = instance::hour(product).map(|(key, usd)| (key, "hour", usd));
        for (key, unit, usd) in hour.into_iter().chain(meter::prices(product)) {
            let entry = self.prices.entry(key).or_insert(Some((usd, unit)));
            if *entry != Some((usd, unit)) {
                *entry = None;
            }
        }
    }

    /// What is known of a price.
    pub(super) fn of(&self, key: &SkuKey) -> Found {
        match self.prices.get(key) {
            Some(Some((usd, unit))) => Found::Price(*usd, unit),
            Some(None) => Found::Contradiction,
            None => Found::Nothing,
        }
    }

    /// Everything that was found, asked for or not.
    pub(super) fn keys(&self) -> BTreeSet<SkuKey> {
        self.prices.keys().cloned().collect()
    }
}

/// Asks one question to its last page. A question with a list of sizes is asked without it where the endpoint refuses
/// lists.
pub(super) async fn ask(
    clients: &Clients,
    caller: &Caller<'_>,
    at: &str,
    query: &Query,
    save: Option<&Path>,
) -> Result<Answers, Problem> {
    match pages(clients, caller, at, query, save).await {
        Err(problem) if BAD_FILTER.contains(&problem.code.as_str()) => match query.without_list() {
            Some(wider) => pages(clients, caller, at, &wider, save).await,
            None => Err(problem),
        },
        answer => answer,
    }
}

async fn pages(
    clients: &Clients,
    caller: &Caller<'_>,
    at: &str,
    query: &Query,
    save: Option<&Path>,
) -> Result<Answers, Problem> {
    let client = clients.pricing(at);
    let filters: Vec<SdkFilter> = query
        .filters
        .iter()
        .map(sdk_filter)
        .collect::<Result<_, _>>()
        .map_err(|fault| failed(format!("a filter cannot be written: {fault}")))?;
    let mut answers = Answers::default();
    let mut broken = None;
    let mut saved = Vec::new();
    caller
        .pages(
            at,
            OPERATION,
            |token| {
                client
                    .get_products()
                    .service_code(query.service)
                    .set_filters(Some(filters.clone()))
                    .format_version("aws_v1")
                    .max_results(PAGE)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for text in page.price_list() {
                    match Product::parse(text) {
                        Ok(product) => answers.take(&product, &query.region),
                        Err(fault) => broken = Some(fault),
                    }
                }
                if save.is_some() {
                    saved.push(page.price_list().to_vec());
                }
                page.next_token
            },
        )
        .await?;
    if let Some(folder) = save {
        keep(folder, query, &saved)?;
    }
    // What the entry would have said, nobody knows: perhaps that another price of this answer is contradicted.
    match broken {
        Some(fault) => Err(failed(fault)),
        None => Ok(answers),
    }
}

fn failed(detail: String) -> Problem {
    Problem::new(OPERATION, GapKind::Failed, crate::classify::clean(&detail))
}

fn sdk_filter(
    filter: &Filter,
) -> Result<SdkFilter, aws_smithy_types::error::operation::BuildError> {
    SdkFilter::builder()
        .r#type(match filter.how {
            Match::Is => FilterType::TermMatch,
            Match::AnyOf => FilterType::AnyOf,
        })
        .field(filter.field)
        .value(&filter.value)
        .build()
}

/// Writes the pages of an answer, as `aws pricing get-products` prints them.
fn keep(folder: &Path, query: &Query, pages: &[Vec<String>]) -> Result<(), Problem> {
    let values = query.filters.iter().map(|filter| filter.value.as_str());
    let words: Vec<&str> = [query.service].into_iter().chain(values).collect();
    let mut name = words.join("_").replace(
        |letter: char| !letter.is_ascii_alphanumeric() && letter != '.',
        "-",
    );
    name.truncate(120);
    for (number, page) in pages.iter().enumerate() {
        let path = folder.join(format!("{name}_{}.json", number + 1));
        let reply = serde_json::json!({ "FormatVersion": "aws_v1", "PriceList": page });
        write_private(&path, reply.to_string().as_bytes())
            .map_err(|fault| failed(format!("{}: cannot be written: {fault}", path.display())))?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "fetch_tests.rs"]
mod tests;
