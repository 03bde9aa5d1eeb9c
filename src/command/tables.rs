//! `tables`: what rules can read.

use std::io::{self, Write};

use billhook::sql::Catalog;
use billhook_catalog::{BASE_GROUP, Table};

use super::{Cloud, Failure, Outcome};
use crate::cli::TablesArgs;

/// Lists the tables, or documents one.
pub(super) fn tables(args: &TablesArgs, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let catalog = Catalog::new(cloud.offline().tables());
    let mut out = io::stdout().lock();
    match &args.name {
        None => {
            let width = catalog
                .tables()
                .map(|table| table.name.len())
                .max()
                .unwrap_or(0);
            for table in catalog.tables() {
                writeln!(out, "{:width$}  {}", table.name, first_sentence(table))?;
            }
        }
        Some(name) => {
            let table = catalog.table(name).ok_or_else(|| {
                Failure::new(format!(
                    "there is no table {name}; `billhook tables` lists them"
                ))
            })?;
            document(table, &mut out)?;
        }
    }
    Ok(Outcome::Complete)
}

fn joined(doc: &[&str]) -> String {
    doc.iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join(" ")
}

fn first_sentence(table: &Table) -> String {
    let doc = joined(table.doc);
    doc.split_once(". ")
        .map_or(doc.clone(), |(first, _)| format!("{first}."))
}

fn document(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}\n", table.name)?;
    for line in textwrap::wrap(&joined(table.doc), 80) {
        writeln!(out, "{line}")?;
    }
    if table.is_derived() {
        let sources = table.sources().map(|(source, group)| match group {
            BASE_GROUP => source.to_owned(),
            group => format!("{source} ({group})"),
        });
        let sources = format!("Computed from {}.", sources.collect::<Vec<_>>().join(", "));
        writeln!(out)?;
        for line in textwrap::wrap(&sources, 80) {
            writeln!(out, "{line}")?;
        }
    }
    if table.absence_is_evidence {
        writeln!(
            out,
            "\nA row that is not there is evidence: NOT EXISTS over it may flag."
        )?;
    }
    if let Some(opt_in) = table.opt_in {
        writeln!(
            out,
            "\nEach request for it is charged, so it is only read with --{opt_in}."
        )?;
    }
    let width = table
        .columns()
        .map(|column| column.name.len())
        .max()
        .unwrap_or(0);
    for group in table.groups {
        let columns: Vec<_> = table
            .columns()
            .filter(|column| column.group == group.name)
            .collect();
        if columns.is_empty() && group.reads.is_empty() {
            continue;
        }
        let calls = if group.reads.is_empty() {
            String::new()
        } else {
            format!(" ({})", group.reads.join(", "))
        };
        writeln!(out, "\n{}{calls}", group.name)?;
        let indent = " ".repeat(width + 10);
        for column in columns {
            let doc = match column.references {
                Some(target) => format!("{} → {target}", joined(column.doc)),
                None => joined(column.doc),
            };
            let head = format!("  {:width$}  {:4}  ", column.name, column.ty.to_string());
            let options = textwrap::Options::new(100)
                .initial_indent(&head)
                .subsequent_indent(&indent);
            writeln!(out, "{}", textwrap::fill(&doc, options))?;
        }
    }
    if !table.metrics.is_empty() {
        writeln!(out, "\nmetrics")?;
        let width = table
            .metrics
            .iter()
            .map(|metric| metric.name.len())
            .max()
            .unwrap_or(0);
        for metric in table.metrics {
            let silence = match metric.missing {
                billhook_catalog::Missing::Zero => "silence is zero",
                billhook_catalog::Missing::NoEvidence => "silence is no evidence",
                billhook_catalog::Missing::NotAttached => "silence is: not attached",
            };
            writeln!(out, "  {:width$}  {} ({silence})", metric.name, metric.doc)?;
        }
    }
    Ok(())
}
