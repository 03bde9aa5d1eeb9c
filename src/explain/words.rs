//! Conditions in words.

use serde_json::Value;

use crate::report::RuleCondition;
use crate::report::figure::{label, shown, shown_with_unit};
use crate::rule::Rule;
use crate::sql::{Condition, Operand, Shape};

/// What a condition says, and what would have to be for it not to hold.
type Said = (String, Option<String>);

/// Columns of `usage` that say which series is meant.
const SELECTS: &[&str] = &["metric", "statistic", "period_seconds"];

/// A condition of a rule, in words as far as it has some.
pub(super) fn condition(condition: &Condition, rule: &Rule) -> RuleCondition {
    let mut values = Vec::new();
    let said = match &condition.shape {
        Shape::Compared {
            left,
            operator,
            right,
        } => compared(left, operator, right, rule, &mut values),
        Shape::Null { operand, is_null } => null(operand, *is_null, &mut values),
        Shape::Other => None,
    };
    let (holds, changes) = match said {
        Some(said) => said,
        None => (condition.sql.clone(), None),
    };
    RuleCondition {
        sql: condition.sql.clone(),
        holds,
        changes,
        values,
        alternative: condition.alternative.map(|(number, _)| number),
    }
}

/// The name of what a row holds; an expression is set off as what it is.
fn name_of(name: &str, is_column: bool) -> String {
    if is_column {
        label(name)
    } else {
        format!("`{name}`")
    }
}

/// A value that is the same for all findings, with its name where it has one.
fn constant(operand: &Operand, rule: &Rule) -> Option<(Value, String)> {
    match operand {
        Operand::Literal(value) => Some((value.clone(), shown("", value))),
        Operand::Parameter(name) => {
            let (value, unit) = match rule.params.get(name) {
                Some(param) => (param.value.to_json(), param.unit.as_str()),
                None if name == "lookback_days" => (Value::from(rule.needs.window_days()), "days"),
                None => return None,
            };
            let text = format!("{} ({name})", shown_with_unit(&value, unit));
            Some((value, text))
        }
        Operand::Row { .. } => None,
    }
}

fn compared(
    left: &Operand,
    operator: &str,
    right: &Operand,
    rule: &Rule,
    values: &mut Vec<String>,
) -> Option<Said> {
    let Operand::Row {
        name, is_column, ..
    } = left
    else {
        // A constant on the left reads better on the right.
        let (Operand::Row { .. }, Some(turned)) = (right, turned(operator)) else {
            return None;
        };
        return compared(right, turned, left, rule, values);
    };
    let what = name_of(name, *is_column);
    values.push(name.clone());
    let (value, other) = match right {
        Operand::Row {
            name: other,
            is_column,
            ..
        } => {
            // An expression has the unit of what it is compared with.
            values.push(if *is_column {
                other.clone()
            } else {
                name.clone()
            });
            let text = format!("{{1}} ({})", name_of(other, *is_column));
            (Value::Null, text)
        }
        constant_side => constant(constant_side, rule)?,
    };
    let said = match (operator, &value) {
        ("=", Value::Bool(flag)) => {
            let word = |flag: bool| if flag { "yes" } else { "no" };
            (
                format!("{what}: {}", word(*flag)),
                format!("{what}: {}", word(!*flag)),
            )
        }
        // Which series is read decides nothing.
        ("=", _) if SELECTS.contains(&name.as_str()) => {
            return Some((format!("{what}: {other}"), None));
        }
        ("=", Value::String(text)) if text.is_empty() => {
            (format!("no {what}"), format!("there is one: {what}"))
        }
        ("<>", Value::String(text)) if text.is_empty() => {
            (format!("{what} is {{0}}"), format!("there is no {what}"))
        }
        ("=", Value::Null) => (
            format!("{what} is {{0}}, the same as {other}"),
            format!("{what} is anything but {other}"),
        ),
        ("=", _) => (
            format!("{what} is {other}"),
            format!("{what} is anything but {other}"),
        ),
        ("<>", _) => (
            format!("{what} is {{0}}, not {other}"),
            format!("{what} is {other}"),
        ),
        ("<", _) => (
            format!("{what} is {{0}}, below {other}"),
            format!("{what} is at least {other}"),
        ),
        ("<=", _) => (
            format!("{what} is {{0}}, at most {other}"),
            format!("{what} is above {other}"),
        ),
        (">", _) => (
            format!("{what} is {{0}}, above {other}"),
            format!("{what} is at most {other}"),
        ),
        (">=", _) => (
            format!("{what} is {{0}}, at least {other}"),
            format!("{what} is below {other}"),
        ),
        _ => return None,
    };
    Some((said.0, Some(said.1)))
}

fn turned(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "=" => "=",
        "<>" => "<>",
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        _ => return None,
    })
}

fn null(operand: &Operand, is_null: bool, values: &mut Vec<String>) -> Option<Said> {
    let Operand::Row {
        name, is_column, ..
    } = operand
    else {
        return None;
    };
    let what = name_of(name, *is_column);
    values.push(name.clone());
    let (holds, changes) = if is_null {
        (
            format!("there is nothing for {what}"),
            format!("there is something for {what}"),
        )
    } else {
        (
            format!("{what} is known: {{0}}"),
            format!("{what} is not known"),
        )
    };
    Some((holds, Some(changes)))
}
