//! One statement for many worlds: small sets of tables that differ a little, judged at once.
//!
//! Every table has a further column that says to which world a row belongs. The statement is rewritten so that rows of two
//! worlds never meet: joins, groups, windows and EXISTS keep worlds apart, and the answer has the column too. What cannot be
//! rewritten so that this is plain to see is left alone; such a statement is asked world by world.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, Function, GroupByExpr, Ident, JoinConstraint, JoinOperator, ObjectName,
    Query, Select, SelectItem, SetExpr, Statement, TableFactor, VisitMut, VisitorMut, WindowType,
    visit_expressions,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::gate::single;
use super::{Checked, functions};

/// The column that says to which world a row belongs, in tables and in the answer.
pub(crate) const WORLD: &str = "billhook_world";

/// The statement over tables that hold many worlds; `None` where it cannot be asked of many at once.
pub(crate) fn in_worlds(checked: &Checked) -> Option<Checked> {
    if checked.sql.contains("billhook_") {
        return None;
    }
    let mut statement = parsed(&checked.sql)?;
    let done = VisitMut::visit(&mut statement, &mut Apart::default());
    if done.is_break() {
        return None;
    }
    let mut reads = checked.reads.clone();
    for columns in reads.values_mut() {
        columns.insert(WORLD);
    }
    Some(Checked {
        text: checked.text.clone(),
        sql: statement.to_string(),
        reads,
        predicates: checked.predicates.clone(),
    })
}

/// What stands in place of a query in a condition: its own name and those of its columns are nobody else's. Polars takes a
/// condition in such a query for one about the query's own rows where a name in it could be either's.
const LIST: &str = "billhook_list";
const LIST_WORLD: &str = "billhook_list_world";
const LIST_KEY: &str = "billhook_list_key_";

fn parsed(sql: &str) -> Option<Statement> {
    Parser::parse_sql(&GenericDialect {}, sql).ok()?.pop()
}

fn parsed_query(sql: &str) -> Option<Query> {
    match parsed(sql)? {
        Statement::Query(query) => Some(*query),
        _ => None,
    }
}

/// One SELECT on the way through a statement.
struct Scope {
    /// What the first name in FROM is called: its world is that of a row.
    first: Ident,
    /// How many EXISTS and IN (SELECT …) stand where each must hold.
    required: usize,
    /// How many there are.
    asks: usize,
    /// Whether a function reduces rows to one.
    aggregates: bool,
    grouped: bool,
}

/// Keeps the worlds of a statement apart; breaks where it does not know how.
#[derive(Default)]
struct Apart {
    scopes: Vec<Scope>,
}

type Visiting = ControlFlow<()>;

impl VisitorMut for Apart {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> Visiting {
        let Some(scope) = scope_of(query) else {
            return ControlFlow::Break(());
        };
        self.scopes.push(scope);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> Visiting {
        let (Some(scope), Some(select)) = (self.scopes.pop(), select_of(query)) else {
            return ControlFlow::Break(());
        };
        if (scope.aggregates && !scope.grouped) || scope.asks != scope.required {
            return ControlFlow::Break(());
        }
        go_on(keep_apart(select, &scope))
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> Visiting {
        let Some(scope) = self.scopes.last_mut() else {
            return ControlFlow::Break(());
        };
        match expr {
            Expr::Function(function) => scope.function(function),
            Expr::Exists { .. } => {
                scope.asks += 1;
                ControlFlow::Continue(())
            }
            Expr::InSubquery { expr, negated, .. } if is_column(expr) && !*negated => {
                scope.asks += 1;
                ControlFlow::Continue(())
            }
            Expr::InSubquery { .. } | Expr::Subquery(_) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> Visiting {
        match expr {
            Expr::Exists { subquery, .. } => go_on(self.tie(subquery)),
            Expr::InSubquery { subquery, .. } => go_on(self.tie_list(subquery)),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn go_on(done: Option<()>) -> Visiting {
    match done {
        Some(()) => ControlFlow::Continue(()),
        None => ControlFlow::Break(()),
    }
}

impl Apart {
    /// Ties the query of an EXISTS to the world of the row that asks it. What it demands of that row becomes a column.
    fn tie(&self, subquery: &mut Query) -> Option<()> {
        if subquery.with.is_some() {
            return None;
        }
        let select = select_of(subquery)?;
        let plain = matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty())
            && select.having.is_none()
            && select.qualify.is_none();
        let [from] = select.from.as_slice() else {
            return None;
        };
        let joined = from.joins.iter().map(|join| &join.relation);
        let there = world(&name_of(&from.relation)?);
        let own: Vec<String> = std::iter::once(&from.relation)
            .chain(joined)
            .map(|factor| name_of(factor).map(|name| name.value))
            .collect::<Option<_>>()?;
        if !plain {
            return None;
        }
        let (mut keys, mut outer, mut rest) = (Vec::new(), Vec::new(), None);
        let selection = select.selection.take();
        for part in selection.iter().flat_map(conjuncts) {
            match link(part, &own) {
                Some((of_own, of_outer)) => {
                    keys.push(of_own.clone());
                    outer.push(of_outer.clone());
                }
                None if is_own(part, &own) => {
                    let part = bracketed(part.clone());
                    rest = Some(match rest {
                        Some(rest) => and(rest, part),
                        None => part,
                    });
                }
                None => return None,
            }
        }
        select.selection = rest;
        select.projection = columns_of_list(keys, there);
        self.ask_list(subquery, "1", &outer)
    }

    /// The same for the list of an IN, which is a query by itself.
    fn tie_list(&self, subquery: &mut Query) -> Option<()> {
        let select = select_of(subquery)?;
        let [
            SelectItem::UnnamedExpr(key) | SelectItem::ExprWithAlias { expr: key, .. },
            SelectItem::UnnamedExpr(there),
        ] = select.projection.as_slice()
        else {
            return None;
        };
        select.projection = columns_of_list(vec![key.clone()], there.clone());
        self.ask_list(subquery, &format!("{LIST_KEY}0"), &[])
    }

    /// Makes a query one about its own answer, for the world and the row that ask it.
    fn ask_list(&self, subquery: &mut Query, item: &str, outer: &[Expr]) -> Option<()> {
        let asks = world(&self.scopes.last()?.first);
        let mut text =
            format!("SELECT {item} FROM ({subquery}) AS {LIST} WHERE {LIST}.{LIST_WORLD} = {asks}");
        for (number, column) in outer.iter().enumerate() {
            text.push_str(&format!(" AND {LIST}.{LIST_KEY}{number} = {column}"));
        }
        *subquery = parsed_query(&text)?;
        Some(())
    }
}

fn columns_of_list(keys: Vec<Expr>, there: Expr) -> Vec<SelectItem> {
    let keys = keys.into_iter().enumerate();
    let keys = keys.map(|(number, key)| (key, format!("{LIST_KEY}{number}")));
    keys.chain([(there, LIST_WORLD.to_owned())])
        .map(|(expr, alias)| SelectItem::ExprWithAlias {
            expr,
            alias: Ident::new(alias),
        })
        .collect()
}

/// The two sides of `own.x = outer.y`, whichever way round it is written.
fn link<'e>(condition: &'e Expr, own: &[String]) -> Option<(&'e Expr, &'e Expr)> {
    let Expr::BinaryOp {
        left,
        op: BinaryOperator::Eq,
        right,
    } = condition
    else {
        return None;
    };
    if !is_column(left) || !is_column(right) {
        return None;
    }
    match (is_own(left, own), is_own(right, own)) {
        (true, false) => Some((left, right)),
        (false, true) => Some((right, left)),
        _ => None,
    }
}

/// Whether every column that is written with the name of its table is one of these tables'.
fn is_own(expr: &Expr, own: &[String]) -> bool {
    let others = visit_expressions(expr, |part| match part {
        Expr::CompoundIdentifier(parts)
            if parts.first().is_none_or(|name| !own.contains(&name.value)) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    others.is_continue()
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

impl Scope {
    fn function(&mut self, function: &mut Function) -> Visiting {
        let name = single(&function.name).map(|name| name.value.to_ascii_lowercase());
        match &mut function.over {
            Some(WindowType::WindowSpec(window)) if window.window_name.is_none() => {
                window.partition_by.push(world(&self.first));
            }
            Some(_) => return ControlFlow::Break(()),
            None => {
                self.aggregates |= name.is_none_or(|name| functions::is_aggregate(&name));
            }
        }
        ControlFlow::Continue(())
    }
}

/// The one SELECT of a query that is nothing but that.
fn select_of(query: &mut Query) -> Option<&mut Select> {
    let plain = query.order_by.is_none() && query.limit_clause.is_none();
    match query.body.as_mut() {
        SetExpr::Select(select) if plain => Some(select),
        _ => None,
    }
}

fn scope_of(query: &mut Query) -> Option<Scope> {
    let select = select_of(query)?;
    let [from] = select.from.as_slice() else {
        return None;
    };
    let GroupByExpr::Expressions(by, _) = &select.group_by else {
        return None;
    };
    let required = select.selection.as_ref().map_or(0, |condition| {
        conjuncts(condition)
            .into_iter()
            .filter(|part| matches!(part, Expr::Exists { .. } | Expr::InSubquery { .. }))
            .count()
    });
    Some(Scope {
        first: name_of(&from.relation)?,
        required,
        asks: 0,
        aggregates: false,
        grouped: !by.is_empty(),
    })
}

/// What must hold, each by itself.
fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match condition {
        Expr::Nested(inner) => conjuncts(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            let mut all = conjuncts(left);
            all.extend(conjuncts(right));
            all
        }
        other => vec![other],
    }
}

/// What something in FROM is called.
fn name_of(factor: &TableFactor) -> Option<Ident> {
    let alias = match factor {
        TableFactor::Table { name, alias, .. } => match alias {
            Some(alias) => alias,
            None => return single(name).cloned(),
        },
        TableFactor::Derived {
            lateral: false,
            alias: Some(alias),
            ..
        } => alias,
        _ => return None,
    };
    alias.columns.is_empty().then(|| alias.name.clone())
}

fn world(of: &Ident) -> Expr {
    Expr::CompoundIdentifier(vec![of.clone(), Ident::new(WORLD)])
}

fn same_world(left: &Ident, right: &Ident) -> Expr {
    Expr::BinaryOp {
        left: Box::new(world(left)),
        op: BinaryOperator::Eq,
        right: Box::new(world(right)),
    }
}

fn and(left: Expr, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::And,
        right: Box::new(right),
    }
}

/// In brackets where it would fall apart without them.
fn bracketed(condition: Expr) -> Expr {
    match condition {
        Expr::BinaryOp {
            op: BinaryOperator::Or,
            ..
        } => Expr::Nested(Box::new(condition)),
        other => other,
    }
}

/// Ties what stands in FROM to the world of its first name, and gives each row of the result its world.
fn keep_apart(select: &mut Select, scope: &Scope) -> Option<()> {
    for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
        let name = name_of(&join.relation)?;
        let same = same_world(&name, &scope.first);
        match &mut join.join_operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint)
            | JoinOperator::Semi(constraint)
            | JoinOperator::LeftSemi(constraint)
            | JoinOperator::Anti(constraint)
            | JoinOperator::LeftAnti(constraint) => match constraint {
                JoinConstraint::On(condition) => {
                    *condition = and(bracketed(condition.clone()), same);
                }
                JoinConstraint::Using(columns) => {
                    columns.push(ObjectName::from(Ident::new(WORLD)));
                }
                _ => return None,
            },
            JoinOperator::CrossJoin(JoinConstraint::None) => {
                join.join_operator = JoinOperator::Inner(JoinConstraint::On(same));
            }
            _ => return None,
        }
    }
    for item in &select.projection {
        if !matches!(
            item,
            SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. }
        ) {
            return None;
        }
    }
    let GroupByExpr::Expressions(by, _) = &mut select.group_by else {
        return None;
    };
    if scope.grouped {
        by.push(world(&scope.first));
    } else if select.having.is_some() {
        return None;
    }
    select
        .projection
        .push(SelectItem::UnnamedExpr(world(&scope.first)));
    Some(())
}

#[cfg(test)]
#[path = "worlds_tests.rs"]
mod tests;
