//! From a snapshot to a report: facts, judgment, exemptions, savings counted once.

mod accounts;
mod gaps;

use std::collections::{BTreeMap, HashMap};

use billhook_catalog::{FactParams, FrameError, Provider, Relation, Resource, Tag};
use jiff::tz::TimeZone;
use serde_json::Value;

use self::accounts::Owners;
use crate::config::Config;
use crate::effective::{self, Prices, Terms};
use crate::exempt::{Exemptions, Subject};
use crate::explain;
use crate::facts::{self, Facts};
use crate::finding::{Finding, PriceBasis};
use crate::judge::{Evaluation, Watch, judge_closely};
use crate::report::{
    PriceDate, Report, ReportFinding, ReportRule, Reuse, SCHEMA_VERSION, Scan, Summary,
};
use crate::rule::{Rule, RuleSet};
use crate::savings::{self, Claim, Counted, Holdings, by_itself, count};
use crate::snapshot::Snapshot;

/// A report, and whether every rule could be executed.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The report.
    pub report: Report,
    /// Rules that failed; the scan is then incomplete.
    pub faults: Vec<String>,
}

/// What the user wants to see.
#[derive(Clone, Copy, Debug, Default)]
pub struct Thresholds {
    /// Findings that are known to save less a month are left out. Unknown savings are never below it.
    pub min_savings_usd: Option<f64>,
}

/// Everything that rules may read of a snapshot.
pub fn facts_of(
    provider: &dyn Provider,
    snapshot: &Snapshot,
    config: &Config,
) -> Result<Facts, FrameError> {
    let manifest = &snapshot.manifest;
    let params = FactParams {
        rightsizing: config.rightsizing,
        rates: config.rates.clone(),
        managed_tags: config.managed_tags.clone(),
        ..FactParams::new(manifest.started_at)
    };
    facts::build(
        provider,
        &snapshot.tables,
        &manifest.gaps,
        &manifest.coverage,
        &params,
    )
}

/// Judges a snapshot.
pub fn assess(
    provider: &dyn Provider,
    snapshot: &Snapshot,
    rules: &RuleSet,
    config: &Config,
    thresholds: Thresholds,
) -> Result<Assessment, FrameError> {
    let manifest = &snapshot.manifest;
    let facts = facts_of(provider, snapshot, config)?;
    let watch = Watch {
        reasons: true,
        resource_id: None,
    };
    let mut evaluation = judge_closely(&rules.rules, &facts, watch);
    let prices = Prices::new(provider, &config.prices, &facts.commitments);
    let estate = Estate::of(&facts, &prices)?;
    let mut notices = manifest.notices.clone();
    notices.extend(snapshot.warnings.iter().cloned());
    if let Some(minimum) = thresholds.min_savings_usd {
        let before = evaluation.findings.len();
        evaluation.findings.retain(|finding| {
            let rule = rules.get(&finding.rule);
            let effective = rule.and_then(|rule| effective_savings(finding, rule, &estate));
            effective.is_none_or(|usd| usd >= minimum)
        });
        let left_out = before - evaluation.findings.len();
        if left_out > 0 {
            notices.push(format!(
                "{left_out} findings that save less than ${minimum} a month are left out"
            ));
        }
    }
    let today = manifest.started_at.to_zoned(TimeZone::UTC).date();
    let mut exemptions = Exemptions::new(&config.exemptions, today);
    let owners = Owners::new(config, &manifest.estate);
    let mut findings: Vec<ReportFinding> = evaluation
        .findings
        .iter()
        .filter_map(|finding| {
            Some(report_finding(
                finding,
                rules.get(&finding.rule)?,
                &estate,
                (config, &owners),
                &mut exemptions,
            ))
        })
        .collect();
    let claims: HashMap<String, Claim> = evaluation
        .findings
        .iter()
        .filter_map(|finding| {
            let claim = claim(finding, rules.get(&finding.rule)?);
            Some((claim.fingerprint.clone(), claim))
        })
        .collect();
    let list_net = count_once(&mut findings, &claims, &estate, &prices);
    findings.sort_by(|a, b| {
        weight(b)
            .partial_cmp(&weight(a))
            .unwrap_or(std::cmp::Ordering::Equal)
            .then_with(|| (&a.rule, &a.resource_id).cmp(&(&b.rule, &b.resource_id)))
    });
    let used_prices = explain::attach(&mut findings, rules, &evaluation, &facts)?;
    notices.extend(exemptions.notices());
    notices.extend(evaluation.faults.iter().cloned());
    let gaps = gaps::for_report(
        &gaps::of_rules(
            &rules.rules,
            provider.price_table(),
            &facts,
            &manifest.accounts,
        ),
        &manifest.coverage,
        &config.accept,
    );
    let resources = estate.resources.values();
    let accounts = accounts::accounts(manifest, &owners, &findings, resources, &gaps);
    let report = Report {
        schema_version: SCHEMA_VERSION,
        scan: scan(snapshot, &facts, rules),
        summary: summary(&findings, &estate, list_net),
        rules: rules
            .rules
            .iter()
            .map(|rule| report_rule(rule, &evaluation, thresholds))
            .collect(),
        findings,
        not_judged: evaluation.not_judged,
        gaps,
        coverage: manifest.coverage.clone(),
        notices,
        prices: used_prices,
        accounts,
    };
    Ok(Assessment {
        report,
        faults: evaluation.faults,
    })
}

/// Most money first, then what is worst.
fn weight(finding: &ReportFinding) -> (f64, f64, f64, u8) {
    let severity = finding.severity as u8;
    (
        finding.counted_savings_usd,
        finding.effective_savings_usd.unwrap_or(0.0),
        finding.effective_at_stake_usd.unwrap_or(0.0),
        severity,
    )
}

/// What the report says of resources, whatever their table.
struct Estate {
    resources: HashMap<String, Resource>,
    tags: HashMap<String, BTreeMap<String, String>>,
    holdings: Holdings,
    /// What is paid for each resource; list prices where the type is unknown.
    terms: HashMap<String, Terms>,
}

impl Estate {
    fn of(facts: &Facts, prices: &Prices) -> Result<Self, FrameError> {
        let resources: Vec<Resource> = facts.tables.rows()?;
        let costs = resources
            .iter()
            .filter_map(|resource| Some((resource.resource_id.clone(), resource.monthly_usd?)));
        let relations: Vec<Relation> = facts.tables.rows()?;
        let holdings = Holdings::new(&relations, costs.collect());
        let terms = resources.iter().map(|resource| {
            let terms = prices.of_type(&resource.resource_type, &resource.id.account_id);
            (resource.resource_id.clone(), terms)
        });
        let terms = terms.collect();
        let mut tags: HashMap<String, BTreeMap<String, String>> = HashMap::new();
        for tag in facts.tables.rows::<Tag>()? {
            tags.entry(tag.resource_id)
                .or_default()
                .insert(tag.key, tag.value);
        }
        Ok(Estate {
            resources: resources
                .into_iter()
                .map(|resource| (resource.resource_id.clone(), resource))
                .collect(),
            tags,
            holdings,
            terms,
        })
    }

    fn terms(&self, resource_id: &str) -> Terms {
        self.terms.get(resource_id).copied().unwrap_or_default()
    }
}

/// A finding as the count sees it.
fn claim(finding: &Finding, rule: &Rule) -> Claim {
    Claim {
        fingerprint: finding.fingerprint(),
        rule: finding.rule.clone(),
        resource_id: finding.resource_id.clone(),
        action: rule.action,
        counts_children: rule.counts_children,
        frees_commitments: rule.frees_commitments,
        savings_usd: finding.monthly_savings_usd,
        is_upper_bound: finding.savings_are_upper_bound,
    }
}

fn report_finding(
    finding: &Finding,
    rule: &Rule,
    estate: &Estate,
    (config, owners): (&Config, &Owners),
    exemptions: &mut Exemptions<'_>,
) -> ReportFinding {
    let unknown = Resource {
        resource_id: finding.resource_id.clone(),
        ..Resource::default()
    };
    let resource = estate
        .resources
        .get(&finding.resource_id)
        .unwrap_or(&unknown);
    let tags = estate
        .tags
        .get(&finding.resource_id)
        .cloned()
        .unwrap_or_default();
    let account_id = resource.id.account_id.as_str();
    let (owner, owner_source) = owners.of(&config.owner_tags, &tags, account_id);
    let exemption = exemptions.decide(&Subject {
        rule: &finding.rule,
        resource_id: &finding.resource_id,
        short_id: &resource.short_id,
        account_id: &resource.id.account_id,
        region: &resource.id.region,
        tags: &tags,
    });
    let label = if resource.name.is_empty() {
        &resource.short_id
    } else {
        &resource.name
    };
    let message = rule.message.fill(|name| match name {
        "name" => Some(Value::String(label.clone())),
        "short_id" => Some(Value::String(resource.short_id.clone())),
        "region" => Some(Value::String(resource.id.region.clone())),
        "account_id" => Some(Value::String(resource.id.account_id.clone())),
        "lookback_days" => Some(Value::from(rule.needs.window_days())),
        "monthly_savings_usd" => finding.monthly_savings_usd.map(Value::from),
        "at_stake_usd" => finding.at_stake_usd.map(Value::from),
        "severity" => Some(Value::String(finding.severity.to_string())),
        "confidence" => Some(Value::String(finding.confidence.to_string())),
        name => finding
            .evidence
            .get(name)
            .cloned()
            .or_else(|| rule.params.get(name).map(|param| param.value.to_json())),
    });
    ReportFinding {
        rule: finding.rule.clone(),
        title: rule.title.clone(),
        kind: rule.kind.clone(),
        severity: finding.severity,
        confidence: finding.confidence,
        account_id: resource.id.account_id.clone(),
        region: resource.id.region.clone(),
        resource_id: finding.resource_id.clone(),
        short_id: resource.short_id.clone(),
        resource_type: rule.resource.resource_type.to_owned(),
        name: resource.name.clone(),
        owner,
        owner_source: owner_source.to_owned(),
        managed_by: Some(resource.managed_by.clone()).filter(|manager| !manager.is_empty()),
        change_at: Some(resource.change_at.clone()).filter(|sentence| !sentence.is_empty()),
        tags,
        message,
        evidence: finding.evidence.clone(),
        action: rule.action.as_str().to_owned(),
        monthly_cost_usd: resource.monthly_usd,
        monthly_savings_usd: finding.monthly_savings_usd,
        effective_savings_usd: effective_savings(finding, rule, estate),
        effective_basis: effective_basis(finding, rule, estate),
        counted_savings_usd: 0.0,
        savings_are_upper_bound: finding.savings_are_upper_bound,
        at_stake_usd: finding.at_stake_usd,
        effective_at_stake_usd: finding
            .at_stake_usd
            .map(|usd| usd * estate.terms(&finding.resource_id).spend()),
        price_basis: finding
            .price_basis
            .or_else(|| resource.price_basis.parse().ok())
            .unwrap_or(PriceBasis::Unknown),
        absorbed_by: None,
        fingerprint: finding.fingerprint(),
        exemption,
        explanation: None,
    }
}

/// What a finding by itself takes off the bill; `None` where its savings are unknown.
fn effective_savings(finding: &Finding, rule: &Rule, estate: &Estate) -> Option<f64> {
    let usd = finding.monthly_savings_usd?;
    let claim = claim(finding, rule);
    Some(by_itself(&claim, usd, &estate.holdings, &|id| {
        estate.terms(id)
    }))
}

/// Why a finding's dollars are not those of the list.
fn effective_basis(finding: &Finding, rule: &Rule, estate: &Estate) -> Option<String> {
    let usd = finding.monthly_savings_usd.or(finding.at_stake_usd)?;
    let claim = claim(finding, rule);
    let members = savings::members(&claim, usd, &estate.holdings);
    let terms: Vec<Terms> = members.into_iter().map(|id| estate.terms(id)).collect();
    let ends_usage = finding.monthly_savings_usd.is_some()
        && !finding.savings_are_upper_bound
        && rule.frees_commitments;
    effective::basis(&terms, ends_usage)
}

/// Fills `counted_savings_usd` and `absorbed_by`. Exempted findings neither count nor absorb. Returns the net sum at list price.
fn count_once(
    findings: &mut [ReportFinding],
    claims: &HashMap<String, Claim>,
    estate: &Estate,
    prices: &Prices,
) -> f64 {
    let mut indexes = Vec::new();
    let mut standing = Vec::new();
    for (index, finding) in findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.exemption.is_none())
    {
        if let Some(claim) = claims.get(&finding.fingerprint) {
            indexes.push(index);
            standing.push(claim.clone());
        }
    }
    let counted = count(&standing, &estate.holdings, &|id| estate.terms(id));
    let sum = |counted: &[Counted]| counted.iter().map(|counted| counted.usd).sum();
    let list_net = if prices.are_list() {
        sum(&counted)
    } else {
        sum(&count(&standing, &estate.holdings, &|_| Terms::default()))
    };
    for (index, Counted { usd, absorbed_by }) in indexes.into_iter().zip(counted) {
        findings[index].counted_savings_usd = usd;
        findings[index].absorbed_by = absorbed_by;
    }
    list_net
}

fn summary(findings: &[ReportFinding], estate: &Estate, list_net: f64) -> Summary {
    type Amount = fn(&ReportFinding) -> Option<f64>;
    const LIST: Amount = |finding| finding.monthly_savings_usd;
    const EFFECTIVE: Amount = |finding| finding.effective_savings_usd;
    let standing = || {
        findings
            .iter()
            .filter(|finding| finding.exemption.is_none())
    };
    let sum = |amounts: &mut dyn Iterator<Item = f64>| round(amounts.sum());
    let gross = |amount: Amount| {
        sum(&mut standing()
            .filter(|finding| !finding.savings_are_upper_bound)
            .filter_map(amount))
    };
    let upper_bound = |amount: Amount| {
        sum(&mut standing()
            .filter(|finding| finding.savings_are_upper_bound && finding.absorbed_by.is_none())
            .filter_map(amount))
    };
    let exempted = |amount: Amount| {
        sum(&mut findings
            .iter()
            .filter(|finding| finding.exemption.is_some() && !finding.savings_are_upper_bound)
            .filter_map(amount))
    };
    let mut net_by_confidence = BTreeMap::new();
    let mut findings_by_severity = BTreeMap::new();
    let mut findings_by_kind = BTreeMap::new();
    for finding in standing() {
        *net_by_confidence.entry(finding.confidence).or_insert(0.0) += finding.counted_savings_usd;
        if finding.is_active() {
            *findings_by_severity.entry(finding.severity).or_insert(0) += 1;
            *findings_by_kind.entry(finding.kind.clone()).or_insert(0) += 1;
        }
    }
    net_by_confidence
        .values_mut()
        .for_each(|usd| *usd = round(*usd));
    let resources = || estate.resources.values();
    let priced = resources()
        .filter(|resource| resource.monthly_usd.is_some_and(|usd| usd > 0.0))
        .count();
    let unpriced = resources()
        .filter(|resource| resource.monthly_usd.is_none())
        .count();
    Summary {
        gross_monthly_savings_usd: gross(EFFECTIVE),
        net_monthly_savings_usd: sum(&mut standing().map(|finding| finding.counted_savings_usd)),
        egress_at_stake_usd: at_stake(standing(), |finding| finding.effective_at_stake_usd),
        upper_bound_monthly_usd: upper_bound(EFFECTIVE),
        findings_without_price: standing()
            .filter(|finding| finding.absorbed_by.is_none() && finding.action != "none")
            .filter(|finding| {
                finding.monthly_savings_usd.is_none() && finding.at_stake_usd.is_none()
            })
            .count() as u64,
        net_by_confidence,
        exempted_monthly_savings_usd: exempted(EFFECTIVE),
        list_gross_monthly_savings_usd: gross(LIST),
        list_net_monthly_savings_usd: round(list_net),
        list_egress_at_stake_usd: at_stake(standing(), |finding| finding.at_stake_usd),
        list_upper_bound_monthly_usd: upper_bound(LIST),
        list_exempted_monthly_savings_usd: exempted(LIST),
        currency: "USD".to_owned(),
        findings_by_severity,
        findings_by_kind,
        estate_monthly_cost_usd: sum(&mut resources().filter_map(|resource| resource.monthly_usd)),
        effective_estate_monthly_cost_usd: sum(&mut resources().filter_map(|resource| {
            let terms = estate.terms(&resource.resource_id);
            Some(resource.monthly_usd? * terms.spend())
        })),
        estate_priced_ratio: (priced + unpriced > 0)
            .then(|| priced as f64 / (priced + unpriced) as f64),
        estate_resources: estate.resources.len() as u64,
    }
}

/// Several hotspot rules see the same bytes, so the largest stake of a resource counts.
fn at_stake<'a>(
    findings: impl Iterator<Item = &'a ReportFinding>,
    amount: fn(&ReportFinding) -> Option<f64>,
) -> f64 {
    let mut stakes: BTreeMap<&str, f64> = BTreeMap::new();
    for finding in findings {
        if let Some(usd) = amount(finding) {
            let stake = stakes.entry(&finding.resource_id).or_insert(0.0);
            *stake = stake.max(usd);
        }
    }
    round(stakes.into_values().sum())
}

/// To a ten-thousandth of a dollar, so that sums do not show the noise of binary fractions.
fn round(usd: f64) -> f64 {
    // An empty sum is a negative zero, which nobody wants to read.
    (usd * 10_000.0).round() / 10_000.0 + 0.0
}

fn scan(snapshot: &Snapshot, facts: &Facts, rules: &RuleSet) -> Scan {
    let manifest = &snapshot.manifest;
    Scan {
        id: manifest.scan_id.clone(),
        billhook_version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: manifest.started_at.to_string(),
        finished_at: manifest.finished_at.to_string(),
        accounts: manifest.accounts.clone(),
        regions: manifest.regions.clone(),
        window_days: rules
            .rules
            .iter()
            .map(|rule| rule.needs.window_days())
            .max()
            .unwrap_or(0),
        price_date: facts
            .price_dates
            .as_ref()
            .map(|(oldest, newest)| PriceDate {
                oldest: oldest.clone(),
                newest: newest.clone(),
            }),
        api_calls: manifest.spent.calls.clone(),
        api_cost_usd: manifest.spent.cost_usd,
        reused: manifest.spent.reused.as_ref().and_then(|reused| {
            Some(Reuse {
                api_calls: reused.calls.clone(),
                metrics: reused.metrics,
                saved_usd: reused.cost_usd,
                oldest_at: reused.oldest_at?.to_string(),
            })
        }),
        interrupted: manifest.interrupted,
    }
}

fn report_rule(rule: &Rule, evaluation: &Evaluation, thresholds: Thresholds) -> ReportRule {
    let outcome = evaluation
        .outcomes
        .iter()
        .find(|outcome| outcome.rule == rule.id);
    ReportRule {
        id: rule.id.clone(),
        title: rule.title.clone(),
        kind: rule.kind.clone(),
        severity: rule.severity,
        resource_type: rule.resource.resource_type.to_owned(),
        what_it_finds: rule.prose.what_it_finds.clone(),
        why_it_costs: rule.prose.why_it_costs.clone(),
        what_to_do: rule.prose.what_to_do.clone(),
        when_it_is_wrong: rule.prose.when_it_is_wrong.clone(),
        population: outcome.and_then(|outcome| outcome.population),
        flagged: outcome.map_or(0, |outcome| outcome.flagged),
        clear: outcome.map_or(0, |outcome| outcome.clear),
        not_judged: outcome.map_or(0, |outcome| outcome.not_judged),
        judged_by: explain::judged_by(rule, evaluation, thresholds.min_savings_usd),
    }
}
