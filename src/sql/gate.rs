//! The allow-list over the syntax tree, and the columns that a statement reads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Cte, Distinct, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
    GroupByExpr, Ident, JoinConstraint, JoinOperator, LimitClause, ObjectName, OrderByKind, Query,
    Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Spanned, Statement, TableFactor,
    UnaryOperator, Value, ValueWithSpan, VisitMut, VisitorMut, WindowSpec, WindowType,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Span;

use super::{Catalog, Checked, Literal, Purpose, SqlError, closest, functions};

/// Parses a statement, holds it against the allow-list and binds its parameters.
pub fn check(
    sql: &str,
    catalog: &Catalog,
    purpose: Purpose,
    parameters: &BTreeMap<String, Literal>,
) -> Result<Checked, SqlError> {
    let statements = Parser::parse_sql(&GenericDialect {}, sql)
        .map_err(|error| parser_error(&error.to_string()))?;
    let [mut statement] = <[Statement; 1]>::try_from(statements).map_err(|all| SqlError {
        line: 1,
        column: 1,
        message: format!(
            "expected exactly one SELECT, found {} statements",
            all.len()
        ),
    })?;
    let mut binder = Binder { parameters };
    if let ControlFlow::Break(error) = VisitMut::visit(&mut statement, &mut binder) {
        return Err(error);
    }
    let Statement::Query(query) = &statement else {
        return Err(refuse(statement.span(), "only a SELECT may stand here"));
    };
    let mut gate = Gate {
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

/// The parser names the place at the end of its message (`… at Line: 3, Column: 5`).
fn parser_error(message: &str) -> SqlError {
    let number_after = |key: &str| {
        let rest = &message[message.rfind(key)? + key.len()..];
        rest.trim_start()
            .split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    };
    let text = message.trim_start_matches("sql parser error: ");
    let text = text.rfind(" at Line:").map_or(text, |at| &text[..at]);
    SqlError {
        line: number_after("Line:").unwrap_or(0),
        column: number_after("Column:").unwrap_or(0),
        message: text.to_owned(),
    }
}

fn refuse(span: Span, message: impl Into<String>) -> SqlError {
    SqlError {
        line: span.start.line,
        column: span.start.column,
        message: message.into(),
    }
}

/// Puts typed literals in the place of `:parameters`.
struct Binder<'a> {
    parameters: &'a BTreeMap<String, Literal>,
}

impl VisitorMut for Binder<'_> {
    type Break = SqlError;

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<SqlError> {
        let Value::Placeholder(name) = &value.value else {
            return ControlFlow::Continue(());
        };
        let bare = name.trim_start_matches(':');
        let Some(literal) = self.parameters.get(bare) else {
            let known: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
            let message = if known.is_empty() {
                format!("unknown parameter {name}: no parameters are declared")
            } else {
                format!(
                    "unknown parameter {name}; declared are :{}",
                    known.join(", :")
                )
            };
            return ControlFlow::Break(refuse(value.span, message));
        };
        value.value = match literal {
            Literal::Int(number) => Value::Number(number.to_string(), false),
            Literal::Real(number) => Value::Number(format!("{number:?}"), false),
            Literal::Text(text) => Value::SingleQuotedString(text.replace('\'', "''")),
            Literal::Bool(flag) => Value::Boolean(*flag),
        };
        ControlFlow::Continue(())
    }
}

/// Where in a statement an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// In the select list, GROUP BY or a window: it shapes rows.
    Value,
    /// In WHERE, ON, HAVING or QUALIFY: it decides about rows.
    Predicate,
}

/// What a name in FROM stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Table(&'static str),
    Query,
}

struct Gate<'a> {
    catalog: &'a Catalog,
    purpose: Purpose,
    ctes: Vec<String>,
    aliases: BTreeMap<String, BTreeSet<Source>>,
    tables: BTreeSet<&'static str>,
    columns: Vec<(Option<String>, String, Position)>,
    wildcards: Vec<Option<String>>,
}

type Checking = Result<(), SqlError>;

impl Gate<'_> {
    fn query(&mut self, query: &Query) -> Checking {
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
                    return Err(refuse(
                        span,
                        format!("there is no table {known}.{hint} `billhook tables` lists them"),
                    ));
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

    fn expression(&mut self, expression: &Expr, position: Position) -> Checking {
        let mut each = |children: &[&Expr]| {
            children
                .iter()
                .try_for_each(|child| self.expression(child, position))
        };
        match expression {
            Expr::Identifier(name) => {
                self.columns.push((None, name.value.clone(), position));
                Ok(())
            }
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [alias, column] => {
                    self.columns
                        .push((Some(alias.value.clone()), column.value.clone(), position));
                    Ok(())
                }
                _ => Err(refuse(expression.span(), "write column or alias.column")),
            },
            Expr::Value(_) => Ok(()),
            Expr::Nested(inner) | Expr::IsNull(inner) | Expr::IsNotNull(inner) => each(&[inner]),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
                each(&[left, right])
            }
            Expr::UnaryOp {
                op: UnaryOperator::Not | UnaryOperator::Minus | UnaryOperator::Plus,
                expr,
            } => each(&[expr]),
            Expr::BinaryOp { left, op, right } if is_allowed_operator(op) => each(&[left, right]),
            Expr::Between {
                expr, low, high, ..
            } => each(&[expr, low, high]),
            Expr::Like {
                expr,
                pattern,
                any: false,
                ..
            }
            | Expr::ILike {
                expr,
                pattern,
                any: false,
                ..
            } => each(&[expr, pattern]),
            Expr::InList { expr, list, .. } => {
                each(&[expr])?;
                list.iter()
                    .try_for_each(|item| self.expression(item, position))
            }
            Expr::InSubquery { negated: true, .. } => Err(refuse(
                expression.span(),
                "NOT IN (SELECT …) is never true once the list holds a NULL, and accuses when it is empty for lack of data; \
                 write NOT EXISTS with equal columns",
            )),
            Expr::InSubquery {
                expr,
                subquery,
                negated: false,
            } => {
                each(&[expr])?;
                self.query(subquery)
            }
            Expr::Exists { subquery, .. } => self.query(subquery),
            Expr::Cast { expr, .. } | Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => {
                each(&[expr])
            }
            Expr::Trim { expr, .. } => each(&[expr]),
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                each(&[expr])?;
                [substring_from, substring_for]
                    .into_iter()
                    .flatten()
                    .try_for_each(|part| self.expression(part, position))
            }
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                for part in operand.iter().chain(else_result) {
                    self.expression(part, position)?;
                }
                for when in conditions {
                    self.expression(&when.condition, position)?;
                    self.expression(&when.result, position)?;
                }
                Ok(())
            }
            Expr::Function(_) => self.function(expression, position),
            Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotUnknown(_) => Err(refuse(
                expression.span(),
                "IS [NOT] TRUE, FALSE and UNKNOWN turn an unknown into an answer; compare with = TRUE or = FALSE, \
                 or test the column with IS NULL",
            )),
            other => Err(refuse(
                other.span(),
                format!("`{other}` is not part of the SQL that is promised"),
            )),
        }
    }

    fn function(&mut self, expression: &Expr, position: Position) -> Checking {
        let Expr::Function(function) = expression else {
            return Ok(());
        };
        let span = expression.span();
        let name = single(&function.name)
            .map(|name| name.value.to_ascii_lowercase())
            .unwrap_or_default();
        if !functions::is_allowed(&name) {
            return Err(refuse(
                span,
                format!(
                    "the function {} is not part of the SQL that is promised; there are: {}",
                    function.name,
                    functions::list()
                ),
            ));
        }
        if position == Position::Predicate
            && matches!(name.as_str(), "coalesce" | "ifnull" | "if" | "nullif")
        {
            return Err(refuse(
                span,
                format!(
                    "{} in a condition turns an unknown into an answer; leave the NULL, and the resource is not judged",
                    name.to_uppercase()
                ),
            ));
        }
        let odd = function.uses_odbc_syntax
            || !matches!(function.parameters, FunctionArguments::None)
            || function.null_treatment.is_some()
            || !function.within_group.is_empty();
        if odd {
            return Err(refuse(
                span,
                format!("this form of {name}() is not part of the SQL that is promised"),
            ));
        }
        match &function.args {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(_) => {
                return Err(refuse(span, "a query cannot be an argument"));
            }
            FunctionArguments::List(list) => {
                for argument in &list.args {
                    match argument {
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => {
                            self.expression(inner, position)?
                        }
                        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "count" => {}
                        _ => {
                            return Err(refuse(
                                span,
                                format!("give {name}() its arguments by position"),
                            ));
                        }
                    }
                }
            }
        }
        if let Some(filter) = &function.filter {
            self.expression(filter, Position::Predicate)?;
        }
        match &function.over {
            None => Ok(()),
            Some(WindowType::WindowSpec(WindowSpec {
                window_name: None,
                partition_by,
                order_by,
                ..
            })) => {
                for inner in partition_by
                    .iter()
                    .chain(order_by.iter().map(|item| &item.expr))
                {
                    self.expression(inner, position)?;
                }
                Ok(())
            }
            Some(_) => Err(refuse(
                span,
                "named windows are not part of the SQL that is promised",
            )),
        }
    }

    /// Which columns of which tables are read, and which of them by predicates.
    #[allow(clippy::type_complexity)]
    fn resolve(
        self,
    ) -> (
        BTreeMap<&'static str, BTreeSet<&'static str>>,
        BTreeMap<&'static str, BTreeSet<&'static str>>,
    ) {
        let mut reads: BTreeMap<&'static str, BTreeSet<&'static str>> = self
            .tables
            .iter()
            .map(|table| (*table, BTreeSet::new()))
            .collect();
        let mut predicates: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
        let all: Vec<&'static str> = self.tables.iter().copied().collect();
        let tables_of = |alias: &Option<String>| -> Vec<&'static str> {
            let Some(sources) = alias.as_ref().and_then(|alias| self.aliases.get(alias)) else {
                return all.clone();
            };
            // A column of a WITH query has the name that a table's column has in most cases: count it for all of them.
            if sources.contains(&Source::Query) {
                return all.clone();
            }
            sources
                .iter()
                .filter_map(|source| match source {
                    Source::Table(table) => Some(*table),
                    Source::Query => None,
                })
                .collect()
        };
        for (alias, column, position) in &self.columns {
            for table in tables_of(alias) {
                let Some(column) = self
                    .catalog
                    .table(table)
                    .and_then(|table| table.column(column))
                else {
                    continue;
                };
                reads.entry(table).or_default().insert(column.name);
                if *position == Position::Predicate {
                    predicates.entry(table).or_default().insert(column.name);
                }
            }
        }
        for alias in &self.wildcards {
            for name in tables_of(alias) {
                if let Some(table) = self.catalog.table(name) {
                    reads
                        .entry(name)
                        .or_default()
                        .extend(table.columns().map(|column| column.name));
                }
            }
        }
        (reads, predicates)
    }
}

/// The one part of a name without qualification.
fn single(name: &ObjectName) -> Option<&Ident> {
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

fn is_allowed_operator(operator: &BinaryOperator) -> bool {
    use BinaryOperator::{
        And, Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Modulo, Multiply, NotEq, Or, Plus, StringConcat,
    };
    matches!(
        operator,
        And | Or
            | Eq
            | NotEq
            | Lt
            | LtEq
            | Gt
            | GtEq
            | Plus
            | Minus
            | Multiply
            | Divide
            | Modulo
            | StringConcat
    )
}

/// The candidate column closest to a name, over the tables that a statement reads.
pub(super) fn closest_column(
    catalog: &Catalog,
    reads: &BTreeMap<&'static str, BTreeSet<&'static str>>,
    name: &str,
) -> Option<String> {
    let columns = reads
        .keys()
        .filter_map(|table| catalog.table(table))
        .flat_map(|table| table.columns().map(|c| c.name));
    closest(name, columns).map(str::to_owned)
}
