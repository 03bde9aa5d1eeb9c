//! The allow-list over the syntax tree: queries, what stands in FROM, joins.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{
    BinaryOperator, Cte, Distinct, Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator,
    LimitClause, ObjectName, OrderByKind, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Spanned, Statement, TableFactor,
};
use sqlparser::tokenizer::Span;

use super::{Catalog, Checked, Literal, Purpose, SqlError, bind, functions, places_of};

/// Parses a statement, holds it against the allow-list and binds its parameters.
pub fn check(
    sql: &str,
    catalog: &Catalog,
    purpose: Purpose,
    parameters: &BTreeMap<String, Literal>,
) -> Result<Checked, SqlError> {
    let statement = bind::parse(sql, parameters)?;
    let Statement::Query(query) = &statement else {
        return Err(refuse(statement.span(), "only a SELECT may stand here"));
    };
    let mut gate = Gate {
        sql,
        catalog,
        purpose,
        ctes: Vec::new(),
        aliases: BTreeMap::new(),
        tables: BTreeSet::new(),
        columns: Vec::new(),
        wildcards: Vec::new(),
    };
    gate.query(query)?;
    let (reads, predicates) = gate.resolve();
    Ok(Checked {
        text: sql.to_owned(),
        sql: statement.to_string(),
        reads,
        predicates,
    })
}

/// The error for a construct at a place.
pub(super) fn refuse(span: Span, message: impl Into<String>) -> SqlError {
    SqlError {
        line: span.start.line,
        column: span.start.column,
        message: message.into(),
    }
}

/// Where in a statement an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// In the select list, GROUP BY or a window: it shapes rows.
    Value,
    /// In WHERE, ON, HAVING or QUALIFY: it decides about rows.
    Predicate,
}

/// What a name in FROM stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Table(&'static str),
    Query,
}

/// A statement under examination: what it names, and where.
pub(super) struct Gate<'a> {
    pub(super) sql: &'a str,
    pub(super) catalog: &'a Catalog,
    pub(super) purpose: Purpose,
    pub(super) ctes: Vec<String>,
    pub(super) aliases: BTreeMap<String, BTreeSet<Source>>,
    pub(super) tables: BTreeSet<&'static str>,
    pub(super) columns: Vec<(Option<String>, String, Position)>,
    pub(super) wildcards: Vec<Option<String>>,
}

pub(super) type Checking = Result<(), SqlError>;

impl Gate<'_> {
    pub(super) fn query(&mut self, query: &Query) -> Checking {
        let span = query.span();
        if query.fetch.is_some()
            || !query.locks.is_empty()
            || query.for_clause.is_some()
            || query.settings.is_some()
            || query.format_clause.is_some()
            || !query.pipe_operators.is_empty()
        {
            return Err(refuse(
                span,
                "FETCH, FOR, SETTINGS, FORMAT and pipes are not part of the SQL that is promised",
            ));
        }
        if self.purpose == Purpose::Rule
            && (query.order_by.is_some() || query.limit_clause.is_some())
        {
            return Err(refuse(
                span,
                "a rule neither sorts nor limits: the engine sorts findings. Drop ORDER BY and LIMIT",
            ));
        }
        let outer = self.ctes.len();
        if let Some(with) = &query.with {
            if with.recursive {
                return Err(refuse(
                    span,
                    "WITH RECURSIVE is not part of the SQL that is promised",
                ));
            }
            for cte in &with.cte_tables {
                self.cte(cte)?;
            }
        }
        match query.body.as_ref() {
            SetExpr::Select(select) => self.select(select)?,
            SetExpr::SetOperation { .. } => {
                return Err(refuse(
                    span,
                    "UNION, INTERSECT and EXCEPT are refused: write exactly one SELECT",
                ));
            }
            _ => return Err(refuse(span, "only a SELECT may stand here")),
        }
        if let Some(order_by) = &query.order_by {
            let OrderByKind::Expressions(expressions) = &order_by.kind else {
                return Err(refuse(
                    span,
                    "ORDER BY ALL is not part of the SQL that is promised",
                ));
            };
            for item in expressions {
                self.expression(&item.expr, Position::Value)?;
            }
        }
        match &query.limit_clause {
            None => {}
            Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) if limit_by.is_empty() => {
                if let Some(limit) = limit {
                    self.expression(limit, Position::Value)?;
                }
                if let Some(offset) = offset {
                    self.expression(&offset.value, Position::Value)?;
                }
            }
            Some(_) => return Err(refuse(span, "write LIMIT n, or LIMIT n OFFSET m")),
        }
        self.ctes.truncate(outer);
        Ok(())
    }

    fn cte(&mut self, cte: &Cte) -> Checking {
        let name = &cte.alias.name;
        let span = name.span;
        if self.catalog.table(&name.value).is_some() {
            return Err(refuse(
                span,
                format!(
                    "a WITH query may not take the name of the table {}",
                    name.value
                ),
            ));
        }
        if functions::is_allowed(&name.value) {
            return Err(refuse(
                span,
                format!(
                    "a WITH query may not take the name of the function {}",
                    name.value
                ),
            ));
        }
        if cte.from.is_some() || cte.materialized.is_some() || !cte.alias.columns.is_empty() {
            return Err(refuse(span, "write WITH name AS (SELECT …)"));
        }
        self.query(&cte.query)?;
        self.ctes.push(name.value.clone());
        Ok(())
    }

    fn select(&mut self, select: &Select) -> Checking {
        let span = select.span();
        let plain = select.optimizer_hints.is_empty()
            && select.select_modifiers.is_none()
            && select.top.is_none()
            && select.exclude.is_none()
            && select.into.is_none()
            && select.lateral_views.is_empty()
            && select.prewhere.is_none()
            && select.connect_by.is_empty()
            && select.cluster_by.is_empty()
            && select.distribute_by.is_empty()
            && select.sort_by.is_empty()
            && select.named_window.is_empty()
            && select.value_table_mode.is_none()
            && matches!(select.distinct, None | Some(Distinct::Distinct));
        if !plain {
            return Err(refuse(
                span,
                "this form of SELECT is not part of the SQL that is promised",
            ));
        }
        if select.from.is_empty() {
            return Err(refuse(span, "a SELECT needs a FROM"));
        }
        for from in &select.from {
            self.factor(&from.relation)?;
            for join in &from.joins {
                if join.global {
                    return Err(refuse(
                        span,
                        "GLOBAL joins are not part of the SQL that is promised",
                    ));
                }
                self.factor(&join.relation)?;
                self.join(&join.join_operator, join.relation.span())?;
            }
        }
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expression)
                | SelectItem::ExprWithAlias {
                    expr: expression, ..
                } => {
                    self.expression(expression, Position::Value)?;
                }
                SelectItem::Wildcard(options) if *options == Default::default() => {
                    self.wildcards.push(None)
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    options,
                ) if *options == Default::default() => {
                    self.wildcards.push(Some(name.to_string()));
                }
                other => {
                    return Err(refuse(
                        other.span(),
                        "this kind of select item is not part of the SQL that is promised",
                    ));
                }
            }
        }
        match &select.group_by {
            GroupByExpr::Expressions(expressions, modifiers) if modifiers.is_empty() => {
                for expression in expressions {
                    self.expression(expression, Position::Value)?;
                }
            }
            _ => return Err(refuse(span, "write GROUP BY with the columns by name")),
        }
        for predicate in [&select.selection, &select.having, &select.qualify]
            .into_iter()
            .flatten()
        {
            self.expression(predicate, Position::Predicate)?;
        }
        Ok(())
    }

    fn factor(&mut self, factor: &TableFactor) -> Checking {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
            } => {
                let span = name.span();
                let plain = args.is_none()
                    && with_hints.is_empty()
                    && version.is_none()
                    && !with_ordinality
                    && partitions.is_empty()
                    && json_path.is_none()
                    && sample.is_none()
                    && index_hints.is_empty();
                if !plain {
                    return Err(refuse(
                        span,
                        format!(
                            "{name}: functions in FROM are refused; only catalog tables can be read"
                        ),
                    ));
                }
                let table = single(name).ok_or_else(|| {
                    refuse(
                        span,
                        format!("{name}: only catalog tables can be read, by their plain names"),
                    )
                })?;
                let known = table.value.as_str();
                let source = if self.ctes.iter().any(|cte| cte == known) {
                    Source::Query
                } else if let Some(table) = self.catalog.table(known) {
                    self.tables.insert(table.name);
                    Source::Table(table.name)
                } else {
                    let hint = self
                        .catalog
                        .closest(known)
                        .map(|name| format!(" Did you mean {name}?"))
                        .unwrap_or_default();
                    // The parser does not say where a quoted name stands.
                    let quoted = places_of(self.sql, known).first().copied();
                    let (line, column) = match span.start.line {
                        0 => quoted.unwrap_or((0, 0)),
                        line => (line, span.start.column),
                    };
                    return Err(SqlError {
                        line,
                        column,
                        message: format!(
                            "there is no table {known}.{hint} `billhook tables` lists them"
                        ),
                    });
                };
                let alias = alias
                    .as_ref()
                    .map_or(known, |alias| alias.name.value.as_str());
                self.aliases
                    .entry(alias.to_owned())
                    .or_default()
                    .insert(source);
                Ok(())
            }
            TableFactor::Derived {
                lateral: false,
                subquery,
                alias: Some(alias),
                sample: None,
            } => {
                self.query(subquery)?;
                self.aliases
                    .entry(alias.name.value.clone())
                    .or_default()
                    .insert(Source::Query);
                Ok(())
            }
            other => Err(refuse(
                other.span(),
                "only catalog tables, WITH queries and (SELECT …) alias may stand in FROM",
            )),
        }
    }

    fn join(&mut self, operator: &JoinOperator, span: Span) -> Checking {
        let (constraint, keeps_left) = match operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Semi(constraint)
            | JoinOperator::LeftSemi(constraint)
            | JoinOperator::Anti(constraint)
            | JoinOperator::LeftAnti(constraint)
            | JoinOperator::CrossJoin(constraint) => (constraint, false),
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                (constraint, true)
            }
            _ => {
                return Err(refuse(
                    span,
                    "only JOIN, LEFT JOIN, SEMI JOIN, ANTI JOIN and CROSS JOIN are promised",
                ));
            }
        };
        match constraint {
            JoinConstraint::On(condition) => {
                if keeps_left && !is_column_equality(condition) {
                    return Err(refuse(
                        condition.span(),
                        "LEFT JOIN on a literal or an expression keeps rows that did not match as if they were unknown; \
                         join on equal columns only and filter the right side in a WITH query first",
                    ));
                }
                self.expression(condition, Position::Predicate)
            }
            JoinConstraint::Using(columns) => {
                for column in columns {
                    self.columns
                        .push((None, column.to_string(), Position::Predicate));
                }
                Ok(())
            }
            JoinConstraint::None if matches!(operator, JoinOperator::CrossJoin(_)) => Ok(()),
            _ => Err(refuse(span, "a join needs ON with equal columns, or USING")),
        }
    }
}

/// The one part of a name without qualification.
pub(super) fn single(name: &ObjectName) -> Option<&Ident> {
    match name.0.as_slice() {
        [part] => part.as_ident(),
        _ => None,
    }
}

/// Whether a condition is `a.x = b.y AND …` and nothing else.
fn is_column_equality(condition: &Expr) -> bool {
    let is_column = |side: &Expr| matches!(side, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    match condition {
        Expr::Nested(inner) => is_column_equality(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => is_column_equality(left) && is_column_equality(right),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } => is_column(left) && is_column(right),
        _ => false,
    }
}
