//! Exemptions: findings that somebody has decided to live with, for a reason and for a time.

use std::collections::BTreeMap;

use globset::{Glob, GlobMatcher};
use jiff::civil::Date;

use crate::report::Exemption;

/// An exemption from the configuration.
#[derive(Clone, Debug)]
pub struct ExemptRule {
    /// Glob over rule ids.
    rule: GlobMatcher,
    /// Glob over ARNs and bare ids; `None` is every resource.
    resource: Option<GlobMatcher>,
    account_id: Option<String>,
    region: Option<String>,
    reason: String,
    expires: Option<Date>,
    owner: Option<String>,
    /// How the user wrote it, for notices.
    text: String,
}

/// What an exemption is held against.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Rule id.
    pub rule: &'a str,
    /// ARN.
    pub resource_id: &'a str,
    /// Bare id.
    pub short_id: &'a str,
    /// Account.
    pub account_id: &'a str,
    /// Region.
    pub region: &'a str,
    /// Tags.
    pub tags: &'a BTreeMap<String, String>,
}

/// An exemption as it stands in `billhook.toml`.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptHead {
    /// Glob over rule ids.
    pub rule: String,
    /// Glob over ARNs and bare ids.
    pub resource: Option<String>,
    /// Account id.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Why. Required.
    pub reason: String,
    /// Last day (`YYYY-MM-DD`).
    pub expires: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}

impl ExemptRule {
    /// Reads an exemption of the configuration. The error says what is wrong, without a place.
    pub fn new(head: &ExemptHead) -> Result<Self, String> {
        let glob = |pattern: &str| {
            Glob::new(pattern)
                .map(|glob| glob.compile_matcher())
                .map_err(|fault| format!("'{pattern}': {fault}"))
        };
        if head.reason.trim().is_empty() {
            return Err(format!(
                "the exemption of {} has an empty reason; say why",
                head.rule
            ));
        }
        let expires = head
            .expires
            .as_deref()
            .map(|text| {
                text.parse()
                    .map_err(|_| format!("expires: '{text}' is not a date such as 2026-12-31"))
            })
            .transpose()?;
        Ok(ExemptRule {
            rule: glob(&head.rule)?,
            resource: head.resource.as_deref().map(glob).transpose()?,
            account_id: head.account.clone(),
            region: head.region.clone(),
            reason: head.reason.clone(),
            expires,
            owner: head.owner.clone(),
            text: match &head.resource {
                Some(resource) => format!("{} on {resource}", head.rule),
                None => head.rule.clone(),
            },
        })
    }

    fn matches(&self, subject: &Subject<'_>) -> bool {
        self.rule.is_match(subject.rule)
            && self.resource.as_ref().is_none_or(|glob| {
                glob.is_match(subject.resource_id) || glob.is_match(subject.short_id)
            })
            && self
                .account_id
                .as_deref()
                .is_none_or(|account| account == subject.account_id)
            && self
                .region
                .as_deref()
                .is_none_or(|region| region == subject.region)
    }
}

/// Decides about findings, and remembers which exemptions were of use.
#[derive(Debug)]
pub struct Exemptions<'a> {
    rules: &'a [ExemptRule],
    used: Vec<bool>,
    today: Date,
    notices: Vec<String>,
}

/// Longest time that a tag may exempt a resource for, in days (FinOps practice: exemptions are reviewed twice a year).
pub const MAX_TAG_DAYS: i32 = 180;

impl<'a> Exemptions<'a> {
    /// As of a day.
    pub fn new(rules: &'a [ExemptRule], today: Date) -> Self {
        Exemptions {
            rules,
            used: vec![false; rules.len()],
            today,
            notices: Vec::new(),
        }
    }

    /// The exemption that holds for a finding, if any.
    pub fn decide(&mut self, subject: &Subject<'_>) -> Option<Exemption> {
        for (index, rule) in self.rules.iter().enumerate() {
            if !rule.matches(subject) {
                continue;
            }
            self.used[index] = true;
            if rule.expires.is_some_and(|last| last < self.today) {
                continue;
            }
            return Some(Exemption {
                source: "configuration".to_owned(),
                reason: rule.reason.clone(),
                expires: rule.expires.map(|date| date.to_string()),
                owner: rule.owner.clone(),
            });
        }
        self.by_tag(subject)
    }

    /// `billhook:exempt` holds rule globs separated by spaces, `billhook:exempt-until` the last day; both are needed.
    fn by_tag(&mut self, subject: &Subject<'_>) -> Option<Exemption> {
        let tag = |key: &str| {
            subject
                .tags
                .get(&format!("billhook:{key}"))
                .map(String::as_str)
        };
        let globs = tag("exempt")?;
        let named = globs.split_whitespace().any(|glob| {
            Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(subject.rule))
        });
        if !named {
            return None;
        }
        let until: Option<Date> = tag("exempt-until").and_then(|text| text.trim().parse().ok());
        let Some(until) = until else {
            self.notices.push(format!(
                "{}: the tag billhook:exempt does not count without billhook:exempt-until (YYYY-MM-DD)",
                subject.resource_id
            ));
            return None;
        };
        if until < self.today {
            self.notices.push(format!(
                "{}: its exemption by tag expired on {until}",
                subject.resource_id
            ));
            return None;
        }
        let days = self
            .today
            .until(until)
            .map(|span| span.get_days())
            .unwrap_or(i32::MAX);
        if days > MAX_TAG_DAYS {
            self.notices.push(format!(
                "{}: billhook:exempt-until is {days} days ahead; a tag exempts for at most {MAX_TAG_DAYS}",
                subject.resource_id
            ));
            return None;
        }
        Some(Exemption {
            source: "tag".to_owned(),
            reason: tag("exempt-reason").unwrap_or("no reason given").to_owned(),
            expires: Some(until.to_string()),
            owner: tag("exempt-owner").map(str::to_owned),
        })
    }

    /// What to tell about the exemptions themselves: expired ones, and those that matched nothing.
    pub fn notices(mut self) -> Vec<String> {
        for (rule, used) in self.rules.iter().zip(&self.used) {
            if let Some(last) = rule.expires.filter(|last| *last < self.today) {
                self.notices
                    .push(format!("the exemption of {} expired on {last}", rule.text));
            } else if !used {
                self.notices
                    .push(format!("the exemption of {} matches no finding", rule.text));
            }
        }
        self.notices.sort();
        self.notices.dedup();
        self.notices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 6, 15);

    fn head(rule: &str) -> ExemptHead {
        ExemptHead {
            rule: rule.to_owned(),
            resource: Some("i-1".to_owned()),
            account: None,
            region: None,
            reason: "licence server".to_owned(),
            expires: Some("2026-06-15".to_owned()),
            owner: Some("platform".to_owned()),
        }
    }

    fn subject(tags: &BTreeMap<String, String>) -> Subject<'_> {
        Subject {
            rule: "aws/ec2/idle-instance",
            resource_id: "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
            short_id: "i-1",
            account_id: "111122223333",
            region: "eu-west-1",
            tags,
        }
    }

    #[test]
    fn an_exemption_holds_through_its_last_day() {
        let rules = [ExemptRule::new(&head("aws/ec2/*")).expect("a good exemption")];
        let tags = BTreeMap::new();
        let mut on_the_day = Exemptions::new(&rules, TODAY);
        let found = on_the_day.decide(&subject(&tags)).expect("exempted");
        assert_eq!(
            (found.reason.as_str(), found.owner.as_deref()),
            ("licence server", Some("platform"))
        );
        assert!(on_the_day.notices().is_empty());
        let mut after = Exemptions::new(&rules, TODAY.tomorrow().expect("a date"));
        assert_eq!(after.decide(&subject(&tags)), None);
        assert_eq!(
            after.notices(),
            ["the exemption of aws/ec2/* on i-1 expired on 2026-06-15"]
        );
    }

    #[test]
    fn an_exemption_that_matches_nothing_is_told() {
        let rules = [ExemptRule::new(&head("aws/rds/*")).expect("a good exemption")];
        assert_eq!(
            Exemptions::new(&rules, TODAY).notices(),
            ["the exemption of aws/rds/* on i-1 matches no finding"]
        );
    }

    #[test]
    fn a_tag_exempts_only_with_a_last_day_that_is_near() {
        let exempt = |until: Option<&str>| {
            let mut tags = BTreeMap::from([(
                "billhook:exempt".to_owned(),
                "aws/ec2/* aws/ebs/*".to_owned(),
            )]);
            tags.extend(until.map(|until| ("billhook:exempt-until".to_owned(), until.to_owned())));
            let mut exemptions = Exemptions::new(&[], TODAY);
            let found = exemptions.decide(&subject(&tags)).is_some();
            (found, exemptions.notices().len())
        };
        assert_eq!(exempt(Some("2026-09-01")), (true, 0));
        assert_eq!(exempt(None), (false, 1));
        assert_eq!(exempt(Some("2026-06-14")), (false, 1));
        assert_eq!(exempt(Some("2027-06-14")), (false, 1));
    }
}
