//! Rules × facts → findings, and what could not be judged. Pure, sorted, and never fails as a whole.

mod asked;
mod blocks;
mod evidence;
mod subjects;
mod value;
mod worlds;

use std::collections::{BTreeMap, HashMap, HashSet};

use polars::prelude::{DataFrame, PolarsError};
use serde_json::Value;

use crate::facts::Facts;
use crate::finding::{Finding, PriceBasis};
use crate::report::NotJudged;
use crate::report::figure::days;
use crate::report::money::usd;
use crate::rule::Rule;
use crate::sql::{Anatomy, RunError, anatomy, hidden_column, run};

use blocks::{Blocks, Whole};
use evidence::{Evidence, Index};

pub(crate) use asked::{Asked, Difference, ask, judge_again};
pub use evidence::Seen;
use subjects::{Subject, Subjects};

pub use value::json_of;
pub(crate) use worlds::{Neighbours, ask_worlds};

/// What judging came to.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// Offenders, by rule and resource.
    pub findings: Vec<Finding>,
    /// One line a rule.
    pub outcomes: Vec<Outcome>,
    /// What could not be judged.
    pub not_judged: Vec<NotJudged>,
    /// Rules that failed, each with the reason. Their populations are not judged.
    pub faults: Vec<String>,
    /// By rule, its query taken apart, and what was seen of each resource that it flagged. Only where it was watched for.
    pub reasons: BTreeMap<String, Reasons>,
    /// What each rule made of the one resource that was watched for, by rule.
    pub verdicts: BTreeMap<String, Verdict>,
}

/// What to look at more closely. It changes no verdict.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch<'a> {
    /// Keep why findings were found.
    pub reasons: bool,
    /// Keep what every rule made of this resource (an ARN).
    pub resource_id: Option<&'a str>,
}

/// Why a rule found what it found.
#[derive(Clone, Debug, Default)]
pub struct Reasons {
    /// The rule's query, taken apart.
    pub anatomy: Anatomy,
    /// By resource.
    pub observed: HashMap<String, Observed>,
}

/// What was seen of a flagged resource.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Its age in days; `None` when it is not known.
    pub age_days: Option<f64>,
    /// The hidden columns of the query's probe; empty when they could not be had.
    pub hidden: Vec<Value>,
    /// The series of the rule's needs, as far as there are any: the index of the need, and the series.
    pub series: Vec<(usize, Seen)>,
}

/// What a rule makes of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The query returned it.
    Flagged,
    /// Judged, and fine.
    Clear,
    /// It is a resource of the rule's table, but not one that the rule is about.
    Outside,
    /// Not judged, for this reason.
    NotJudged(String),
}

/// How a rule's population was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Rule id.
    pub rule: String,
    /// Resources that it is about; `None` when they are not known.
    pub population: Option<u64>,
    /// Of those: flagged.
    pub flagged: u64,
    /// Of those: clear.
    pub clear: u64,
    /// Of those: not judged.
    pub not_judged: u64,
}

/// Applies the rules to the facts.
pub fn judge(rules: &[Rule], facts: &Facts) -> Evaluation {
    judge_closely(rules, facts, Watch::default())
}

/// The same, and what it was that decided.
pub fn judge_closely(rules: &[Rule], facts: &Facts, watch: Watch<'_>) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let index = Index::of(facts);
    for rule in rules {
        evaluation.add(rule, facts, index.as_ref(), watch, None);
    }
    evaluation.sort();
    evaluation
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}

fn whole_rule(rule: &Rule, reason: String) -> NotJudged {
    NotJudged {
        rule: rule.id.clone(),
        account_id: None,
        region: None,
        resource_id: None,
        reason,
    }
}

fn unknown_outcome(rule: &Rule) -> Outcome {
    Outcome {
        rule: rule.id.clone(),
        population: None,
        flagged: 0,
        clear: 0,
        not_judged: 0,
    }
}

/// A rule that cannot be executed, or whose result breaks the contract.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("{0}")]
    Run(#[from] RunError),
    #[error("{0}")]
    Polars(#[from] PolarsError),
    #[error("{0}")]
    Index(String),
    #[error("it returned {0} more than once")]
    Twice(String),
    #[error("it returned a row without resource_id")]
    Nameless,
    #[error("its {column} is '{value}', which it cannot be")]
    Word { column: &'static str, value: String },
    #[error(
        "its {column} of {resource_id} is {usd}: an amount is never below 0; leave such rows out of the query"
    )]
    Negative {
        column: &'static str,
        resource_id: String,
        usd: String,
    },
}

/// What is known of the answers of a rule's queries: those of a world that differs there at most.
type Before<'a> = Option<(&'a Asked, Option<Difference>)>;

impl Evaluation {
    /// Applies a rule.
    fn add(
        &mut self,
        rule: &Rule,
        facts: &Facts,
        index: Result<&Index, &PolarsError>,
        watch: Watch<'_>,
        before: Before<'_>,
    ) {
        let applied = index
            .map_err(|fault| Fault::Index(fault.to_string()))
            .and_then(|index| apply(rule, facts, index, watch, before, self));
        match applied {
            Ok(outcome) => self.outcomes.push(outcome),
            Err(fault) => {
                let reason = format!("the rule failed: {}", first_line(&fault.to_string()));
                self.faults.push(format!("{}: {reason}", rule.id));
                self.whole_rule_open(rule, facts, watch, &reason);
                self.not_judged.push(whole_rule(rule, reason));
                self.outcomes.push(unknown_outcome(rule));
            }
        }
    }

    /// Brings everything into its order.
    fn sort(&mut self) {
        self.findings
            .sort_by(|a, b| (&a.rule, &a.resource_id).cmp(&(&b.rule, &b.resource_id)));
        self.not_judged.sort_by(|a, b| {
            (&a.rule, &a.account_id, &a.region, &a.resource_id, &a.reason).cmp(&(
                &b.rule,
                &b.account_id,
                &b.region,
                &b.resource_id,
                &b.reason,
            ))
        });
    }

    /// Notes of the watched resource that the rule could not be judged at all.
    fn whole_rule_open(&mut self, rule: &Rule, facts: &Facts, watch: Watch<'_>, reason: &str) {
        if watch.resource_id.is_some_and(|id| holds(rule, facts, id)) {
            let verdict = Verdict::NotJudged(reason.to_owned());
            self.verdicts.insert(rule.id.clone(), verdict);
        }
    }
}

/// Whether a resource is in the rule's table.
fn holds(rule: &Rule, facts: &Facts, resource_id: &str) -> bool {
    let ids = facts
        .tables
        .get(rule.resource.name)
        .and_then(|frame| frame.column("resource_id").ok())
        .and_then(|column| column.str().ok());
    ids.is_some_and(|ids| ids.iter().any(|id| id == Some(resource_id)))
}

fn apply(
    rule: &Rule,
    facts: &Facts,
    index: &Index,
    watch: Watch<'_>,
    before: Before<'_>,
    evaluation: &mut Evaluation,
) -> Result<Outcome, Fault> {
    let blocks = match Blocks::of(rule, facts) {
        Ok(blocks) => blocks,
        Err(Whole(reason)) => {
            evaluation.whole_rule_open(rule, facts, watch, &reason);
            evaluation.not_judged.push(whole_rule(rule, reason));
            return Ok(unknown_outcome(rule));
        }
    };
    let evidence = Evidence::of(rule, facts, index)?;
    let frame = |table: &'static str| evidence.frame(table, facts);
    let asked = Asked::of(rule, frame, before)?;
    let subjects = Subjects::of(rule, facts, asked.population())?;
    let offenders = offenders(rule, asked.query())?;
    let mut excused: HashMap<String, String> = HashMap::new();
    for (unjudged, rows) in rule.unjudged.iter().zip(asked.unjudged()) {
        let mut reasons: HashMap<String, String> = HashMap::new();
        for row in 0..rows.height() {
            let cell = |name: &str| {
                rows.column(name)
                    .ok()
                    .and_then(|column| column.get(row).ok())
                    .map(json_of)
            };
            if let Some(id) = cell("resource_id").as_ref().and_then(|id| id.as_str()) {
                // Of several rows the first by the alphabet speaks: their order is no fact.
                let reason = unjudged.reason.fill(cell);
                let first = reasons
                    .entry(id.to_owned())
                    .or_insert_with(|| reason.clone());
                if reason < *first {
                    *first = reason;
                }
            }
        }
        for (id, reason) in reasons {
            excused.entry(id).or_insert(reason);
        }
    }

    let mut outcome = Outcome {
        population: Some(0),
        ..unknown_outcome(rule)
    };
    let mut scopes_in_the_way: HashSet<usize> = blocks.own_scopes().collect();
    let mut observations: HashMap<String, Observed> = HashMap::new();
    for subject in subjects.members() {
        *outcome.population.get_or_insert(0) += 1;
        let flagged = offenders.get(&subject.resource_id);
        let verdict = match blocks.hit(subject) {
            Some(hit) => Judged::Blocked(hit),
            None => match open_question(
                rule,
                subject,
                &evidence,
                &blocks,
                &excused,
                flagged.is_some(),
            ) {
                Some(reason) => Judged::Unknown(reason),
                None if flagged.is_some()
                    && evidence.applies_in_full(rule, &subject.resource_id) =>
                {
                    Judged::Flagged
                }
                None => Judged::Clear,
            },
        };
        if watch.resource_id == Some(subject.resource_id.as_str()) {
            let verdict = match &verdict {
                Judged::Flagged => Verdict::Flagged,
                Judged::Clear => Verdict::Clear,
                Judged::Blocked(hit) => Verdict::NotJudged(blocks.reason(*hit)),
                Judged::Unknown(reason) => Verdict::NotJudged(reason.clone()),
            };
            evaluation.verdicts.insert(rule.id.clone(), verdict);
        }
        match verdict {
            Judged::Flagged => {
                outcome.flagged += 1;
                evaluation.findings.extend(flagged.cloned());
                if watch.reasons {
                    let observed = Observed {
                        age_days: subject.age_days,
                        hidden: Vec::new(),
                        series: evidence.seen(rule, &subject.resource_id),
                    };
                    observations.insert(subject.resource_id.clone(), observed);
                }
            }
            Judged::Clear => outcome.clear += 1,
            Judged::Blocked(hit) => {
                outcome.not_judged += 1;
                if blocks.is_scope(hit) {
                    scopes_in_the_way.insert(hit);
                } else {
                    evaluation.not_judged.push(unknown(
                        rule,
                        subject,
                        blocks.reason(hit).to_owned(),
                    ));
                }
            }
            Judged::Unknown(reason) => {
                outcome.not_judged += 1;
                evaluation.not_judged.push(unknown(rule, subject, reason));
            }
        }
    }
    if let Some(id) = watch.resource_id
        && !evaluation.verdicts.contains_key(&rule.id)
        && holds(rule, facts, id)
    {
        evaluation
            .verdicts
            .insert(rule.id.clone(), Verdict::Outside);
    }
    if !observations.is_empty() {
        let anatomy = anatomy(&rule.query);
        // What cannot be had is left out: a verdict stands without it.
        if let Some(rows) = anatomy
            .probe
            .as_ref()
            .and_then(|probe| run(probe, frame).ok())
        {
            observe(&rows, &mut observations);
        }
        let reasons = Reasons {
            anatomy,
            observed: observations,
        };
        evaluation.reasons.insert(rule.id.clone(), reasons);
    }
    evaluation.not_judged.extend(
        scopes_in_the_way
            .into_iter()
            .map(|scope| blocks.entry(rule, scope)),
    );
    Ok(outcome)
}

enum Judged {
    Flagged,
    Clear,
    /// By a gap, the index of the block.
    Blocked(usize),
    Unknown(String),
}

/// Adds the hidden columns of the probe to what was seen of the resources.
fn observe(rows: &DataFrame, observations: &mut HashMap<String, Observed>) {
    let Some(ids) = rows.column("resource_id").ok().and_then(|c| c.str().ok()) else {
        return;
    };
    let hidden: Vec<_> = (0..)
        .map_while(|number| rows.column(&hidden_column(number)).ok())
        .collect();
    for (row, id) in ids.iter().enumerate() {
        if let Some(observed) = id.and_then(|id| observations.get_mut(id)) {
            observed.hidden = hidden
                .iter()
                .map(|column| {
                    column
                        .get(row)
                        .map_or(Value::Null, |cell| legible(json_of(cell)))
                })
                .collect();
        }
    }
}

fn unknown(rule: &Rule, subject: &Subject, reason: String) -> NotJudged {
    NotJudged {
        rule: rule.id.clone(),
        account_id: Some(subject.account_id.clone()),
        region: Some(subject.region.clone()),
        resource_id: Some(subject.resource_id.clone()),
        reason,
    }
}

/// Why a member of the population cannot be judged, gaps aside; `None` when it can.
fn open_question(
    rule: &Rule,
    subject: &Subject,
    evidence: &Evidence,
    blocks: &Blocks,
    excused: &HashMap<String, String>,
    flagged: bool,
) -> Option<String> {
    if subject.member.is_none() {
        return Some(format!(
            "it is unknown whether it belongs: {}",
            subject.unknown_columns(&rule.decisive)
        ));
    }
    if let Some(reason) = excused.get(&subject.resource_id) {
        return Some(reason.clone());
    }
    if let Some(wanted) = rule.needs.age_days {
        match subject.age_days {
            None => return Some("its age is unknown".to_owned()),
            Some(age) if age < wanted => {
                // Rounded down: what lacks half a day is not as old as it has to be.
                let verb = if wanted == 1.0 { "is" } else { "are" };
                return Some(format!(
                    "it is {} old; {} {verb} needed",
                    days(age.floor()),
                    days(wanted)
                ));
            }
            Some(_) => {}
        }
    }
    if let Some(reason) = evidence.open_question(rule, &subject.resource_id, |metric| {
        blocks.metric_gap(subject, metric)
    }) {
        return Some(reason);
    }
    if !flagged && subject.any_unknown(&rule.decisive) {
        return Some(format!(
            "unknown: {}",
            subject.unknown_columns(&rule.decisive)
        ));
    }
    None
}

/// The rows of a rule's result, by resource.
fn offenders(rule: &Rule, rows: &DataFrame) -> Result<HashMap<String, Finding>, Fault> {
    let mut found = HashMap::with_capacity(rows.height());
    for row in 0..rows.height() {
        let mut finding = Finding {
            rule: rule.id.clone(),
            resource_id: String::new(),
            severity: rule.severity,
            confidence: rule.confidence,
            monthly_savings_usd: None,
            savings_are_upper_bound: false,
            at_stake_usd: None,
            price_basis: None,
            evidence: Default::default(),
        };
        for column in rows.columns() {
            let value = json_of(column.get(row)?);
            match column.name().as_str() {
                "resource_id" => {
                    finding.resource_id = value.as_str().ok_or(Fault::Nameless)?.to_owned()
                }
                "monthly_savings_usd" => finding.monthly_savings_usd = value.as_f64(),
                "at_stake_usd" => finding.at_stake_usd = value.as_f64(),
                "savings_are_upper_bound" => {
                    finding.savings_are_upper_bound = value.as_bool().unwrap_or(false)
                }
                "severity" => finding.severity = word("severity", &value)?.unwrap_or(rule.severity),
                "confidence" => {
                    finding.confidence = word("confidence", &value)?.unwrap_or(rule.confidence)
                }
                "price_basis" => finding.price_basis = word::<PriceBasis>("price_basis", &value)?,
                name => {
                    finding.evidence.insert(name.to_owned(), legible(value));
                }
            }
        }
        let id = finding.resource_id.clone();
        for (column, amount) in [
            ("monthly_savings_usd", &mut finding.monthly_savings_usd),
            ("at_stake_usd", &mut finding.at_stake_usd),
        ] {
            *amount = not_below_zero(column, &id, *amount)?;
        }
        if found.insert(id.clone(), finding).is_some() {
            return Err(Fault::Twice(id));
        }
    }
    Ok(found)
}

/// An amount, which would be counted against other findings' if it were negative. What is less than half a cent below 0 is the
/// noise of a difference, and 0.
fn not_below_zero(
    column: &'static str,
    resource_id: &str,
    amount: Option<f64>,
) -> Result<Option<f64>, Fault> {
    match amount {
        Some(amount) if amount <= -0.005 => Err(Fault::Negative {
            column,
            resource_id: resource_id.to_owned(),
            usd: usd(amount),
        }),
        amount => Ok(amount.map(|amount| amount.max(0.0))),
    }
}

/// A real number without the noise of binary fractions, which says nothing: to a millionth.
fn legible(value: Value) -> Value {
    match value.as_f64() {
        Some(real) if value.is_f64() && real.abs() < 1e9 => Value::from((real * 1e6).round() / 1e6),
        _ => value,
    }
}

/// A word of one of the ladders; NULL is none.
fn word<W: std::str::FromStr>(column: &'static str, value: &Value) -> Result<Option<W>, Fault> {
    match value.as_str() {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| Fault::Word {
            column,
            value: text.to_owned(),
        }),
    }
}
