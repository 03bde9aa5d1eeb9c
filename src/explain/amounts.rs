//! How the amounts of findings were worked out: the lines of `calculation`, put to the amounts that a rule's query returned.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use billhook_catalog::{CalculationLine, FrameError, PriceUsed, Relation, Row, rows_of};
use polars::prelude::{BooleanChunked, DataFrame, NewChunkedArray, PlSmallStr};

use crate::facts::Facts;
use crate::report::{Calculation, CalculationStep, ReportFinding, ReportPrice};

/// What a month of a resource costs.
pub(super) const COST: &str = "resource.monthly_usd";
/// Amounts that are nearer to one another are the same: they were added in another order.
const TOLERANCE_USD: f64 = 1e-6;

/// The lines of everything that findings may ask for.
pub(super) struct Amounts {
    lines: HashMap<String, HashMap<String, Vec<CalculationLine>>>,
    children: HashMap<String, Vec<String>>,
    /// How many parents a child has.
    parents: HashMap<String, usize>,
    short_ids: HashMap<String, String>,
    known: HashMap<(String, String), PriceUsed>,
    prices: Vec<ReportPrice>,
    numbers: HashMap<(String, String), usize>,
}

/// Lines of resources, each with the bare id of the resource where that is not the finding's own.
type Lines<'a> = Vec<(&'a str, &'a CalculationLine)>;

impl Amounts {
    /// Reads the lines of the findings' resources and of what hangs on these; those of a large estate are many more.
    pub(super) fn of(
        findings: &[ReportFinding],
        facts: &Facts,
        relations: &[Relation],
    ) -> Result<Self, FrameError> {
        let own = findings.iter().map(|finding| finding.resource_id.as_str());
        Self::of_all(own.collect(), facts, relations)
    }

    /// The lines of one resource.
    pub(super) fn of_resource(resource_id: &str, facts: &Facts) -> Result<Self, FrameError> {
        Self::of_all(HashSet::from([resource_id]), facts, &[])
    }

    fn of_all(
        own: HashSet<&str>,
        facts: &Facts,
        relations: &[Relation],
    ) -> Result<Self, FrameError> {
        let mut children: HashMap<String, Vec<String>> = HashMap::new();
        let mut parents: HashMap<String, usize> = HashMap::new();
        for relation in relations {
            *parents
                .entry(relation.child_resource_id.clone())
                .or_default() += 1;
            if own.contains(relation.parent_resource_id.as_str()) {
                children
                    .entry(relation.parent_resource_id.clone())
                    .or_default()
                    .push(relation.child_resource_id.clone());
            }
        }
        // The order of rows is no fact.
        for of_parent in children.values_mut() {
            of_parent.sort_unstable();
            of_parent.dedup();
        }
        let mut wanted: HashSet<&str> = own;
        wanted.extend(children.values().flatten().map(String::as_str));
        let mut lines: HashMap<String, HashMap<String, Vec<CalculationLine>>> = HashMap::new();
        if let Some(frame) = facts.tables.get(CalculationLine::TABLE.name) {
            for line in rows_of::<CalculationLine>(&of_resources(frame, &wanted))? {
                lines
                    .entry(line.amount.clone())
                    .or_default()
                    .entry(line.resource_id.clone())
                    .or_default()
                    .push(line);
            }
        }
        let short_ids = short_ids(facts, children.values().flatten());
        let known = facts.tables.rows::<PriceUsed>()?;
        Ok(Amounts {
            lines,
            short_ids,
            children,
            parents,
            known: known
                .into_iter()
                .map(|price| ((price.sku.clone(), price.id.region.clone()), price))
                .collect(),
            prices: Vec::new(),
            numbers: HashMap::new(),
        })
    }

    /// The prices that the lines refer to, by number.
    pub(super) fn into_prices(self) -> Vec<ReportPrice> {
        self.prices
    }

    /// How the amounts of a finding were worked out. `sources` says what the rule's query makes them of.
    pub(super) fn explain(
        &mut self,
        finding: &ReportFinding,
        sources: &BTreeMap<String, BTreeSet<String>>,
    ) -> Vec<Calculation> {
        let amounts = [
            ("monthly_savings_usd", finding.monthly_savings_usd),
            ("at_stake_usd", finding.at_stake_usd),
        ];
        let mut found: Vec<Calculation> = amounts
            .into_iter()
            .filter(|(name, usd)| usd.is_some() || sources.contains_key(*name))
            .map(|(name, usd)| self.calculation(&finding.resource_id, name, usd, sources.get(name)))
            .collect();
        if found.is_empty() && finding.monthly_cost_usd != Some(0.0) {
            found.push(self.cost(&finding.resource_id, finding.monthly_cost_usd));
        }
        found
    }

    /// How the cost of a resource was worked out.
    pub(super) fn cost(&mut self, resource_id: &str, usd: Option<f64>) -> Calculation {
        let columns = BTreeSet::from([COST.to_owned()]);
        self.calculation(resource_id, "monthly_cost_usd", usd, Some(&columns))
    }

    fn calculation(
        &mut self,
        resource_id: &str,
        name: &str,
        usd: Option<f64>,
        columns: Option<&BTreeSet<String>>,
    ) -> Calculation {
        let columns: Vec<&str> = columns
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(|column| column.ends_with("_usd"))
            .collect();
        let chosen = self
            .candidates(resource_id, &columns)
            .into_iter()
            .find(|lines| explains(lines, usd));
        let mut steps: Vec<(String, CalculationLine)> = chosen
            .into_iter()
            .flatten()
            .map(|(of, line)| (of.to_owned(), line.clone()))
            .collect();
        if steps.is_empty() {
            steps = self.part(resource_id, &columns, usd);
        }
        let remark = match (steps.is_empty(), usd) {
            (false, _) => String::new(),
            (true, Some(0.0)) => "nothing is charged for it".to_owned(),
            (true, None) => "the rule's query could not tell it".to_owned(),
            (true, Some(_)) if columns.is_empty() => "worked out by the rule's query".to_owned(),
            (true, Some(_)) => {
                format!("worked out by the rule's query from {}", columns.join(", "))
            }
        };
        Calculation {
            amount: name.to_owned(),
            usd,
            lines: steps
                .into_iter()
                .map(|(of, line)| self.step(of, line))
                .collect(),
            remark,
        }
    }

    /// The lines of the one column that an amount is a part of, and what the rule's query leaves of it; nothing where it is no part.
    fn part(
        &self,
        resource_id: &str,
        columns: &[&str],
        usd: Option<f64>,
    ) -> Vec<(String, CalculationLine)> {
        let ([column], Some(usd)) = (columns, usd) else {
            return Vec::new();
        };
        let lines = self.lines.get(*column).and_then(|all| all.get(resource_id));
        let lines = lines.map_or(&[][..], Vec::as_slice);
        let Some(whole) = lines.iter().map(|line| line.usd).sum::<Option<f64>>() else {
            return Vec::new();
        };
        if !(usd > 0.0 && usd < whole) {
            return Vec::new();
        }
        let rest = CalculationLine {
            what: format!(
                "what is not saved: {:.0} % of it",
                100.0 * (1.0 - usd / whole)
            ),
            usd: Some(usd - whole),
            ..CalculationLine::default()
        };
        let all = lines.iter().cloned().chain([rest]);
        all.map(|line| (String::new(), line)).collect()
    }

    /// Sets of lines that may be what an amount was worked out from, the likeliest first: the resource's own, then those of
    /// what hangs on it, then those of what hangs on it alone.
    fn candidates<'a>(&'a self, resource_id: &str, columns: &[&str]) -> Vec<Lines<'a>> {
        let of = |column: &str, id: &str| -> &'a [CalculationLine] {
            let lines = self.lines.get(column).and_then(|all| all.get(id));
            lines.map_or(&[], Vec::as_slice)
        };
        let mut sets: Vec<Lines<'a>> = Vec::new();
        for column in columns {
            sets.push(
                of(column, resource_id)
                    .iter()
                    .map(|line| ("", line))
                    .collect(),
            );
        }
        if columns.len() > 1 {
            sets.push(sets.concat());
        }
        let children = self
            .children
            .get(resource_id)
            .map_or(&[][..], Vec::as_slice);
        let lines_of = |child: &'a String| {
            let short = self.short_ids.get(child).map_or("", String::as_str);
            let lines = columns.iter().flat_map(move |column| of(column, child));
            lines.map(move |line| (short, line))
        };
        let alone = |child: &&'a String| self.parents.get(*child) == Some(&1);
        sets.push(children.iter().flat_map(lines_of).collect());
        sets.push(children.iter().filter(alone).flat_map(lines_of).collect());
        sets.retain(|lines| !lines.is_empty());
        sets
    }

    fn step(&mut self, of: String, line: CalculationLine) -> CalculationStep {
        let price = line
            .quantity
            .map(|_| self.number((line.sku, line.price_region)));
        CalculationStep {
            what: line.what,
            of,
            quantity: line.quantity,
            unit: line.unit,
            price,
            // Without the noise of binary fractions.
            usd: line.usd.map(|usd| (usd * 1e8).round() / 1e8),
        }
    }

    fn number(&mut self, key: (String, String)) -> usize {
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.prices.len();
        let price = self.known.get(&key).cloned().unwrap_or_default();
        self.prices.push(ReportPrice {
            sku: key.0.clone(),
            region: key.1.clone(),
            unit: price.unit,
            usd: price.usd,
            basis: price.price_basis,
            as_of: price.as_of,
            source: price.source,
        });
        self.numbers.insert(key, number);
        number
    }
}

/// Whether the lines are what the amount is: their sum, or as unknown as it.
fn explains(lines: &Lines<'_>, usd: Option<f64>) -> bool {
    let sum: Option<f64> = lines.iter().map(|(_, line)| line.usd).sum();
    match (sum, usd) {
        (Some(sum), Some(usd)) => (sum - usd).abs() <= TOLERANCE_USD * usd.abs().max(1.0),
        (sum, usd) => sum.is_none() && usd.is_none(),
    }
}

/// The rows of some resources.
fn of_resources(frame: &DataFrame, wanted: &HashSet<&str>) -> DataFrame {
    let Some(ids) = frame
        .column("resource_id")
        .ok()
        .and_then(|column| column.str().ok())
    else {
        return frame.clone();
    };
    let mask = BooleanChunked::from_iter_values(
        PlSmallStr::from_static("wanted"),
        ids.iter()
            .map(|id| id.is_some_and(|id| wanted.contains(id))),
    );
    frame.filter(&mask).unwrap_or_else(|_| frame.clone())
}

/// Bare ids of resources.
fn short_ids<'a>(facts: &Facts, of: impl Iterator<Item = &'a String>) -> HashMap<String, String> {
    let wanted: HashSet<&str> = of.map(String::as_str).collect();
    let mut found = HashMap::new();
    let Some(frame) = facts.tables.get("resource") else {
        return found;
    };
    let text = |name: &str| frame.column(name).ok().and_then(|column| column.str().ok());
    let (Some(ids), Some(short_ids)) = (text("resource_id"), text("short_id")) else {
        return found;
    };
    for (id, short_id) in ids.iter().zip(short_ids.iter()) {
        if let (Some(id), Some(short_id)) = (id, short_id)
            && wanted.contains(id)
        {
            found.insert(id.to_owned(), short_id.to_owned());
        }
    }
    found
}
