//! The allow-list over expressions and functions.

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned, UnaryOperator,
    WindowSpec, WindowType,
};

use super::functions;
use super::gate::{Checking, Gate, Position, refuse, single};

impl Gate<'_> {
    /// Holds an expression against the allow-list and notes the columns that it reads.
    pub(super) fn expression(&mut self, expression: &Expr, position: Position) -> Checking {
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
