//! From text to a syntax tree with typed literals in the place of its parameters.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use sqlparser::ast::{Statement, Value, ValueWithSpan, VisitMut, VisitorMut};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::gate::refuse;
use super::place::end_of;
use super::{Literal, SqlError};

/// Parses exactly one statement and binds its parameters.
pub(super) fn parse(
    sql: &str,
    parameters: &BTreeMap<String, Literal>,
) -> Result<Statement, SqlError> {
    let statements = Parser::parse_sql(&GenericDialect {}, sql)
        .map_err(|error| parser_error(sql, &error.to_string()))?;
    let [mut statement] = <[Statement; 1]>::try_from(statements).map_err(|all| SqlError {
        line: 1,
        column: 1,
        message: format!(
            "expected exactly one SELECT, found {} statements",
            all.len()
        ),
    })?;
    let mut binder = Binder { parameters };
    match VisitMut::visit(&mut statement, &mut binder) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(statement),
    }
}

/// The parser names the place at the end of its message (`… at Line: 3, Column: 5`), unless that is the statement's end.
fn parser_error(sql: &str, message: &str) -> SqlError {
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
    let end = end_of(sql);
    SqlError {
        line: number_after("Line:").unwrap_or(end.0),
        column: number_after("Column:").unwrap_or(end.1),
        message: text.to_owned(),
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
