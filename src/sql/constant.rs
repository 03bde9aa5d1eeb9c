//! Columns of a result that are the same for every row.

use sqlparser::ast::{Expr, SelectItem, SetExpr, Statement, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::Checked;

/// The value of a result's column that the statement gives as TRUE or FALSE; `None` for any other.
pub(crate) fn constant(checked: &Checked, column: &str) -> Option<bool> {
    let statement = Parser::parse_sql(&GenericDialect {}, &checked.sql)
        .ok()?
        .pop()?;
    let Statement::Query(query) = statement else {
        return None;
    };
    let SetExpr::Select(select) = *query.body else {
        return None;
    };
    select.projection.iter().find_map(|item| match item {
        SelectItem::ExprWithAlias {
            expr: Expr::Value(value),
            alias,
        } if alias.value == column => match value.value {
            Value::Boolean(flag) => Some(flag),
            _ => None,
        },
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn only_a_plain_value_is_constant() {
        let checked = |sql: &str| Checked {
            text: sql.to_owned(),
            sql: sql.to_owned(),
            reads: BTreeMap::new(),
            predicates: BTreeMap::new(),
        };
        let of = |sql: &str| constant(&checked(sql), "b");
        assert_eq!(of("SELECT a, TRUE AS b FROM t"), Some(true));
        assert_eq!(
            of("WITH x AS (SELECT 1 AS b FROM u) SELECT FALSE AS b FROM x"),
            Some(false)
        );
        assert_eq!(of("SELECT a > 1 AS b FROM t"), None);
        assert_eq!(of("SELECT TRUE AS a FROM t"), None);
    }
}
