//! A rule file to begin with: complete, well-formed, and its examples hold.

use std::fmt::Write as _;

use billhook_catalog::{Column, Kind, Metric, Missing, Table, Type};

use super::compile::KINDS;
use crate::sql::Catalog;

/// The kinds of findings that there are.
pub fn kinds() -> &'static [&'static str] {
    KINDS
}

/// The text of a rule about a table. `kind` is one of [`kinds`].
pub fn scaffold(id: &str, table: &Table, kind: &str) -> String {
    let title = title_of(id);
    match table.metrics.first().filter(|_| kind == "idle") {
        Some(metric) => measured(&title, table, metric),
        None => described(&title, table, kind),
    }
}

/// What is wrong with an id: it is the path of the rule's file, and globs and tags name rules by it. `None`: nothing.
pub fn id_fault(id: &str) -> Option<String> {
    let is_word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit())
            && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    (!id.split('/').all(is_word)).then(|| {
        format!(
            "'{id}' is no rule id: write lower-case words with hyphens, and slashes between, such as team/volume-without-owner"
        )
    })
}

/// The table of resources that an id speaks of: the one that shares most words with it. `None` when none shares any, or several do
/// alike.
pub fn table_for(id: &str, catalog: &Catalog) -> Option<&'static Table> {
    let words: Vec<&str> = id.split(['/', '-']).collect();
    let shared = |table: &Table| {
        let named = |part: &&str| words.iter().any(|word| word.trim_end_matches('s') == *part);
        table.name.split('_').skip(1).filter(named).count()
    };
    let resources = catalog
        .tables()
        .filter(|table| table.kind == Kind::Resource);
    // Of tables that share as many words, the shortest name says nothing that the id does not.
    let rank = |table: &Table| {
        (
            shared(table),
            std::cmp::Reverse(table.name.split('_').count()),
        )
    };
    let mut all: Vec<&'static Table> = resources.filter(|table| shared(table) > 0).collect();
    all.sort_by_key(|table| std::cmp::Reverse(rank(table)));
    match all.as_slice() {
        [] => None,
        [one] => Some(one),
        [first, second, ..] => (rank(first) > rank(second)).then_some(first),
    }
}

/// The last part of an id as a title: `team/gp3-only` is "Gp3 only".
fn title_of(id: &str) -> String {
    let words = id.rsplit('/').next().unwrap_or(id).replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The sections for people, before the query.
fn prose(title: &str, finds: &str, costs: &str) -> String {
    format!(
        "# {title}\n\n## What it finds\n\n{finds}\n\n## Why it costs\n\n{costs}\n\n\
         ## What to do\n\nSay how to get out of it, with the commands.\n\n\
         ## When it is wrong\n\nSay when a finding is no mistake.\n\n"
    )
}

fn head(table: &Table, kind: &str, action: &str, message: &str) -> String {
    format!(
        "```toml\nseverity = \"low\"\nkind = \"{kind}\"\naction = \"{action}\"\nconfidence = \"high\"\nresource = \"{}\"\n\
         # Who is judged, as a condition over the table's columns. Left out: every row.\n#applies = \"region <> 'us-east-1'\"\n\
         message = \"{message}\"\n",
        table.name
    )
}

/// A rule about one column of the resource.
fn described(title: &str, table: &Table, kind: &str) -> String {
    let column = deciding(table);
    let (name, condition, bad, good) = match column.ty {
        Type::Bool => (column.name, "= FALSE", "false", "true"),
        Type::Text => (column.name, "= :unwanted", "unwanted", "wanted"),
        _ => (column.name, "> :at_most", "1000001", "1"),
    };
    let mut text = head(
        table,
        kind,
        action_of(kind),
        &format!("{{name}}: {name} is {{{name}}}"),
    );
    match column.ty {
        Type::Bool => {}
        Type::Text => text.push_str(
            "\n[params]\nunwanted = { default = \"unwanted\", unit = \"text\", doc = \"The value that nothing should have.\" }\n",
        ),
        _ => text.push_str(
            "\n[params]\nat_most = { default = 1000000.0, unit = \"of the column\", doc = \"The most that is fine.\" }\n",
        ),
    }
    text.push_str("```\n\n");
    let finds = format!(
        "Resources of `{}` whose `{name}` is not as it should be.",
        table.name
    );
    text.push_str(&prose(
        title,
        &finds,
        "Say what it costs, or what it risks.",
    ));
    let money = if kind == "egress" {
        ",\n  r.monthly_usd AS at_stake_usd,\n  r.price_basis"
    } else {
        ""
    };
    let join = if money.is_empty() {
        ""
    } else {
        "LEFT JOIN resource r ON r.resource_id = t.resource_id\n"
    };
    let _ = write!(
        text,
        "## Query\n\n```sql\nSELECT t.resource_id{money},\n  t.{name}\nFROM {table} t\n{join}WHERE t.{name} {condition}\n```\n\n\
         ## Examples\n\n### The column decides\n\n```csv {table}\nresource_id, {name}\nbad, {bad}\ngood, {good}\nodd, ∅\n```\n\n\
         ```expect\nbad: flagged {name}={bad}\ngood: clear\nodd: not judged\n```\n",
        table = table.name,
    );
    text
}

/// A rule about a metric of the resource.
fn measured(title: &str, table: &Table, metric: &Metric) -> String {
    // What is published only when there is something to count is a count; anything else is a level.
    let (statistic, figure) = match metric.missing {
        Missing::NoEvidence => ("Maximum", "max"),
        Missing::Zero | Missing::NotAttached => ("Sum", "sum"),
    };
    let mut text = head(
        table,
        "idle",
        "delete",
        "{name}: {measured:1} in {lookback_days} days; it costs {monthly_savings_usd:usd} a month",
    );
    let _ = write!(
        text,
        "\n[needs]\nage_days = 14\n{name} = {{ statistic = \"{statistic}\", period_seconds = 3600, days = 14, coverage = 0.9 }}\n\n\
         [params]\nat_most = {{ default = 0.0, unit = \"of the metric\", doc = \"The most that still counts as idle.\" }}\n```\n\n",
        name = metric.name,
    );
    let finds = format!(
        "Resources of `{}` with next to nothing in `{}` for two weeks.",
        table.name, metric.name
    );
    text.push_str(&prose(
        title,
        &finds,
        "It is billed whether it is used or not.",
    ));
    let _ = write!(
        text,
        "## Query\n\n```sql\nSELECT t.resource_id,\n  r.monthly_usd AS monthly_savings_usd,\n  r.price_basis,\n  u.{figure} AS measured\n\
         FROM {table} t\nJOIN usage u ON u.resource_id = t.resource_id\nLEFT JOIN resource r ON r.resource_id = t.resource_id\n\
         WHERE u.{figure} <= :at_most\n```\n\n\
         ## Examples\n\n### Two quiet weeks\n\n```csv {table}\nresource_id, age_days\nquiet, 40\nbusy, 40\nyoung, 2\n```\n\n\
         ```csv resource\nresource_id, monthly_usd, price_basis\nquiet, 20, exact\n```\n\n\
         ```csv usage\nresource_id, metric, {figure}\nquiet, {metric}, 0\nbusy, {metric}, 500\n```\n\n\
         ```expect\nquiet: flagged monthly_savings_usd=20\nbusy: clear\nyoung: not judged\n```\n",
        table = table.name,
        metric = metric.name,
    );
    text
}

/// The column that a rule is begun with: yes or no if there is one, else a text, else a number.
fn deciding(table: &Table) -> &'static Column {
    let own = || {
        let plain = |column: &&Column| !column.required && column.references.is_none();
        table.own.iter().filter(plain)
    };
    let of = |ty: Type| own().find(|column| column.ty == ty);
    of(Type::Bool)
        .or_else(|| of(Type::Text))
        .or_else(|| own().find(|column| matches!(column.ty, Type::Int | Type::Real)))
        .or_else(|| table.column("age_days"))
        .unwrap_or(&table.prefix[0])
}

fn action_of(kind: &str) -> &'static str {
    match kind {
        "idle" => "delete",
        "over-provisioned" => "resize",
        "generation" => "change-type",
        "retention" => "set-retention",
        _ => "none",
    }
}
