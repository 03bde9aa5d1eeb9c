//! What decides in a statement, and where its columns come from: so that a finding can say why it was returned.
//!
//! Only what is plain to see is taken apart: the conditions of the last SELECT. Conditions inside WITH queries shape groups of
//! rows, and stay text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use serde_json::Value as Json;
use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, Query, Select,
    SelectItem, SetExpr, Statement, TableFactor, UnaryOperator, Value, visit_expressions,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::Checked;

/// How many WITH queries a column is followed through.
const MAX_DEPTH: usize = 12;

/// A statement, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Anatomy {
    /// What must hold of a row that is returned, in the order of the statement.
    pub conditions: Vec<Condition>,
    /// Conditions inside WITH queries, with the values of parameters in their place.
    pub behind: Vec<String>,
    /// The statement with further columns ([`hidden_column`]): the values that the conditions compare. It returns the same rows.
    /// None where there is nothing to add, or where a column more would change the rows.
    pub probe: Option<Checked>,
    /// By column of the result, the columns of tables that it is made of, as `table.column`.
    pub sources: BTreeMap<String, BTreeSet<String>>,
}

/// A condition of the last SELECT.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The condition, with the values of parameters in their place.
    pub sql: String,
    /// What it says.
    pub shape: Shape,
    /// Where only one of several must hold: their number, and the hidden column that says whether this one does.
    pub alternative: Option<(usize, usize)>,
}

/// What a condition says.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Two sides are compared.
    Compared {
        /// Left side.
        left: Operand,
        /// `=`, `<>`, `<`, `<=`, `>` or `>=`.
        operator: &'static str,
        /// Right side.
        right: Operand,
    },
    /// Something is, or is not, there.
    Null {
        /// What.
        operand: Operand,
        /// Whether it must be missing.
        is_null: bool,
    },
    /// Anything else; the condition's text has to do.
    Other,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A parameter of the rule.
    Parameter(String),
    /// A value that the statement gives.
    Literal(Json),
    /// What the row holds.
    Row {
        /// The column that shows it in the result, else the name of the column, else the expression.
        name: String,
        /// Whether `name` is that of a column.
        is_column: bool,
        /// Number of the hidden column with its value.
        hidden: usize,
    },
}

/// Name of a column that [`Anatomy::probe`] adds.
pub fn hidden_column(number: usize) -> String {
    format!("billhook_why_{number}")
}

/// Takes a statement apart that has passed the gate.
pub fn anatomy(checked: &Checked) -> Anatomy {
    let (Some(mut bound), Some(written)) = (parsed(&checked.sql), parsed(&checked.text)) else {
        return Anatomy::default();
    };
    let mut found = Anatomy {
        behind: behind(&bound),
        sources: sources(&bound, checked),
        ..Anatomy::default()
    };
    let (Some(last), Some(as_written)) = (select_of(&bound), select_of(&written)) else {
        return found;
    };
    let last = last.clone();
    let mut hidden = Hidden {
        select: &last,
        columns: Vec::new(),
    };
    let sides = conjuncts_of(&last)
        .into_iter()
        .zip(conjuncts_of(as_written));
    for (number, (condition, written)) in sides.enumerate() {
        let either = split(condition, &BinaryOperator::Or);
        if either.len() == 1 {
            found
                .conditions
                .push(hidden.condition(condition, written, None));
            continue;
        }
        if !is_plain(condition) {
            found.conditions.push(Condition {
                sql: text(condition),
                shape: Shape::Other,
                alternative: None,
            });
            continue;
        }
        for (branch, written) in either.into_iter().zip(split(written, &BinaryOperator::Or)) {
            let holds = hidden.number(branch);
            let parts = split(branch, &BinaryOperator::And)
                .into_iter()
                .zip(split(written, &BinaryOperator::And));
            for (part, written) in parts {
                let alternative = Some((number, holds));
                found
                    .conditions
                    .push(hidden.condition(part, written, alternative));
            }
        }
    }
    let columns = hidden.columns;
    if !columns.is_empty() && keeps_rows(&last) {
        if let Some(select) = select_of_mut(&mut bound) {
            for (number, expr) in columns.into_iter().enumerate() {
                select.projection.push(SelectItem::ExprWithAlias {
                    expr,
                    alias: Ident::new(hidden_column(number)),
                });
            }
        }
        found.probe = Some(Checked {
            sql: bound.to_string(),
            ..checked.clone()
        });
    }
    found
}

/// The conditions that a statement's `(condition) AS member` stands for, with the values of parameters in their place.
pub fn membership(checked: &Checked) -> Vec<String> {
    let Some(statement) = parsed(&checked.sql) else {
        return Vec::new();
    };
    let Some(select) = select_of(&statement) else {
        return Vec::new();
    };
    let member = select.projection.iter().find_map(|item| match item {
        SelectItem::ExprWithAlias { expr, alias } if alias.value == "member" => Some(expr),
        _ => None,
    });
    member
        .map(|condition| split(condition, &BinaryOperator::And))
        .unwrap_or_default()
        .into_iter()
        .filter(|condition| !matches!(condition, Expr::Value(_)))
        .map(|condition| match condition {
            Expr::BinaryOp {
                op: BinaryOperator::Or,
                ..
            } => format!("({condition})"),
            _ => text(condition),
        })
        .collect()
}

fn parsed(sql: &str) -> Option<Statement> {
    Parser::parse_sql(&GenericDialect {}, sql).ok()?.pop()
}

fn query_of(statement: &Statement) -> Option<&Query> {
    match statement {
        Statement::Query(query) => Some(query),
        _ => None,
    }
}

fn select_in(query: &Query) -> Option<&Select> {
    match query.body.as_ref() {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

fn select_of(statement: &Statement) -> Option<&Select> {
    select_in(query_of(statement)?)
}

fn select_of_mut(statement: &mut Statement) -> Option<&mut Select> {
    let Statement::Query(query) = statement else {
        return None;
    };
    match query.body.as_mut() {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

/// Whether the rows stay the same when a column is added: nothing is grouped, and no row is dropped for being like another.
fn keeps_rows(select: &Select) -> bool {
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    ungrouped && select.distinct.is_none() && select.having.is_none() && select.qualify.is_none()
}

fn text(expr: &Expr) -> String {
    expr.to_string()
}

fn unwrapped(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expr {
        expr = inner;
    }
    expr
}

/// What an operator joins, brackets around it aside.
fn split<'e>(expr: &'e Expr, by: &BinaryOperator) -> Vec<&'e Expr> {
    match unwrapped(expr) {
        Expr::BinaryOp { left, op, right } if op == by => {
            let mut all = split(left, by);
            all.extend(split(right, by));
            all
        }
        other => vec![other],
    }
}

/// What must hold: WHERE, HAVING and QUALIFY, and what JOINs demand beyond equal columns.
fn conjuncts_of(select: &Select) -> Vec<&Expr> {
    let on = select
        .from
        .iter()
        .flat_map(|from| &from.joins)
        .filter_map(|join| match &join.join_operator {
            JoinOperator::Join(JoinConstraint::On(on))
            | JoinOperator::Inner(JoinConstraint::On(on)) => Some(on),
            _ => None,
        })
        .flat_map(|on| split(on, &BinaryOperator::And))
        .filter(|condition| !links_columns(condition));
    let decides = [&select.selection, &select.having, &select.qualify];
    on.chain(
        decides
            .into_iter()
            .flatten()
            .flat_map(|condition| split(condition, &BinaryOperator::And)),
    )
    .collect()
}

fn links_columns(condition: &Expr) -> bool {
    let is_column = |side: &Expr| matches!(side, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    matches!(condition, Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_column(left) && is_column(right))
}

/// Whether an expression can stand in a select list: it asks no other query.
fn is_plain(expr: &Expr) -> bool {
    let asks = visit_expressions(expr, |part| match part {
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    asks.is_continue()
}

fn operator_name(operator: &BinaryOperator) -> Option<&'static str> {
    Some(match operator {
        BinaryOperator::Eq => "=",
        BinaryOperator::NotEq => "<>",
        BinaryOperator::Lt => "<",
        BinaryOperator::LtEq => "<=",
        BinaryOperator::Gt => ">",
        BinaryOperator::GtEq => ">=",
        _ => return None,
    })
}

/// Collects the hidden columns.
struct Hidden<'s> {
    select: &'s Select,
    columns: Vec<Expr>,
}

impl Hidden<'_> {
    fn number(&mut self, expr: &Expr) -> usize {
        match self.columns.iter().position(|known| known == expr) {
            Some(number) => number,
            None => {
                self.columns.push(expr.clone());
                self.columns.len() - 1
            }
        }
    }

    fn condition(
        &mut self,
        expr: &Expr,
        written: &Expr,
        alternative: Option<(usize, usize)>,
    ) -> Condition {
        Condition {
            sql: text(expr),
            shape: self.shape(expr, written),
            alternative,
        }
    }

    fn shape(&mut self, expr: &Expr, written: &Expr) -> Shape {
        if !is_plain(expr) {
            return Shape::Other;
        }
        match (unwrapped(expr), unwrapped(written)) {
            (
                Expr::BinaryOp { left, op, right },
                Expr::BinaryOp {
                    left: written_left,
                    right: written_right,
                    ..
                },
            ) => match operator_name(op) {
                Some(operator) => Shape::Compared {
                    left: self.operand(left, written_left),
                    operator,
                    right: self.operand(right, written_right),
                },
                None => Shape::Other,
            },
            (Expr::IsNull(inner), Expr::IsNull(written)) => Shape::Null {
                operand: self.operand(inner, written),
                is_null: true,
            },
            (Expr::IsNotNull(inner), Expr::IsNotNull(written)) => Shape::Null {
                operand: self.operand(inner, written),
                is_null: false,
            },
            _ => Shape::Other,
        }
    }

    fn operand(&mut self, expr: &Expr, written: &Expr) -> Operand {
        if let Expr::Value(value) = unwrapped(written)
            && let Value::Placeholder(name) = &value.value
        {
            return Operand::Parameter(name.trim_start_matches(':').to_owned());
        }
        if let Some(value) = literal(unwrapped(expr)) {
            return Operand::Literal(value);
        }
        let expr = unwrapped(expr);
        let shown = self.select.projection.iter().find_map(|item| match item {
            SelectItem::ExprWithAlias { expr: shown, alias } if unwrapped(shown) == expr => {
                Some(alias.value.clone())
            }
            _ => None,
        });
        let column = match expr {
            Expr::Identifier(name) => Some(name.value.clone()),
            Expr::CompoundIdentifier(parts) => parts.last().map(|name| name.value.clone()),
            _ => None,
        };
        let named = shown.or(column);
        Operand::Row {
            is_column: named.is_some(),
            name: named.unwrap_or_else(|| text(expr)),
            hidden: self.number(expr),
        }
    }
}

fn literal(expr: &Expr) -> Option<Json> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits
                .parse::<i64>()
                .map(Json::from)
                .or_else(|_| digits.parse::<f64>().map(Json::from))
                .ok(),
            Value::SingleQuotedString(text) => Some(Json::from(text.clone())),
            Value::Boolean(flag) => Some(Json::from(*flag)),
            _ => None,
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => literal(expr)?.as_f64().map(|number| Json::from(-number)),
        _ => None,
    }
}

/// The conditions of WITH queries.
fn behind(statement: &Statement) -> Vec<String> {
    let with = query_of(statement).and_then(|query| query.with.as_ref());
    let ctes = with.map_or(&[][..], |with| &with.cte_tables);
    let mut found = Vec::new();
    for cte in ctes {
        let Some(select) = select_in(&cte.query) else {
            continue;
        };
        found.extend(conjuncts_of(select).into_iter().map(text));
    }
    found
}

/// What a name in FROM stands for.
#[derive(Clone, Copy)]
enum Named<'q> {
    Table(&'q str),
    Query(&'q Query),
}

struct Names<'q> {
    ctes: BTreeMap<&'q str, &'q Query>,
    reads: &'q BTreeMap<&'static str, BTreeSet<&'static str>>,
}

/// Where the columns of the result come from.
fn sources(statement: &Statement, checked: &Checked) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let Some((query, select)) = query_of(statement).and_then(|q| Some((q, select_in(q)?))) else {
        return found;
    };
    let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
    let names = Names {
        ctes: ctes
            .map(|cte| (cte.alias.name.value.as_str(), cte.query.as_ref()))
            .collect(),
        reads: &checked.reads,
    };
    for item in &select.projection {
        let (name, expr) = match item {
            SelectItem::ExprWithAlias { expr, alias } => (alias.value.as_str(), expr),
            SelectItem::UnnamedExpr(expr) => match column_name(expr) {
                Some(name) => (name, expr),
                None => continue,
            },
            _ => continue,
        };
        let mut columns = BTreeSet::new();
        names.expression(expr, select, MAX_DEPTH, &mut columns);
        found.insert(name.to_owned(), columns);
    }
    found
}

fn column_name(expr: &Expr) -> Option<&str> {
    match unwrapped(expr) {
        Expr::Identifier(name) => Some(&name.value),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| name.value.as_str()),
        _ => None,
    }
}

impl<'q> Names<'q> {
    /// The columns of tables that an expression of a SELECT is made of.
    fn expression(
        &self,
        expr: &Expr,
        select: &'q Select,
        depth: usize,
        found: &mut BTreeSet<String>,
    ) {
        let _ = visit_expressions(expr, |part| {
            match part {
                Expr::Identifier(name) => self.column(None, &name.value, select, depth, found),
                Expr::CompoundIdentifier(parts) => {
                    if let [alias, column] = parts.as_slice() {
                        self.column(Some(&alias.value), &column.value, select, depth, found);
                    }
                }
                _ => {}
            }
            ControlFlow::<()>::Continue(())
        });
    }

    fn column(
        &self,
        alias: Option<&str>,
        column: &str,
        select: &'q Select,
        depth: usize,
        found: &mut BTreeSet<String>,
    ) {
        for (name, source) in self.scope(select) {
            if alias.is_some_and(|alias| alias != name) {
                continue;
            }
            match source {
                Named::Table(table) => {
                    let has = self
                        .reads
                        .get(table)
                        .is_some_and(|all| all.contains(column));
                    if has || alias.is_some() {
                        found.insert(format!("{table}.{column}"));
                    }
                }
                Named::Query(query) if depth > 0 => {
                    let Some(inner) = select_in(query) else {
                        continue;
                    };
                    for item in &inner.projection {
                        let expr = match item {
                            SelectItem::ExprWithAlias { expr, alias } if alias.value == column => {
                                expr
                            }
                            SelectItem::UnnamedExpr(expr) if column_name(expr) == Some(column) => {
                                expr
                            }
                            _ => continue,
                        };
                        self.expression(expr, inner, depth - 1, found);
                    }
                }
                Named::Query(_) => {}
            }
        }
    }

    /// The names in FROM.
    fn scope(&self, select: &'q Select) -> Vec<(&'q str, Named<'q>)> {
        let factors = select.from.iter().flat_map(|from| {
            std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation))
        });
        factors
            .filter_map(|factor| match factor {
                TableFactor::Table { name, alias, .. } => {
                    let [part] = name.0.as_slice() else {
                        return None;
                    };
                    let table = part.as_ident()?.value.as_str();
                    let shown = alias.as_ref().map_or(table, |alias| &alias.name.value);
                    let named = self
                        .ctes
                        .get(table)
                        .map_or(Named::Table(table), |query| Named::Query(query));
                    Some((shown, named))
                }
                TableFactor::Derived {
                    subquery,
                    alias: Some(alias),
                    ..
                } => Some((alias.name.value.as_str(), Named::Query(subquery))),
                _ => None,
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "anatomy_tests.rs"]
mod tests;
