//! The functions that SQL may call.

/// Functions whose result follows from their arguments alone. None reads a clock, a file or another table.
const ALLOWED: &[&str] = &[
    "abs",
    "avg",
    "bool_and",
    "bool_or",
    "ceil",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "dense_rank",
    "ends_with",
    "first",
    "floor",
    "greatest",
    "if",
    "ifnull",
    "lag",
    "last",
    "lead",
    "least",
    "left",
    "length",
    "lower",
    "ltrim",
    "max",
    "median",
    "min",
    "mod",
    "nullif",
    "power",
    "quantile_cont",
    "quantile_disc",
    "rank",
    "replace",
    "right",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sqrt",
    "starts_with",
    "stddev",
    "substr",
    "sum",
    "trim",
    "upper",
    "variance",
];

/// Whether a function may be called.
pub(super) fn is_allowed(name: &str) -> bool {
    ALLOWED
        .binary_search(&name.to_ascii_lowercase().as_str())
        .is_ok()
}

/// All of them, for messages.
pub(super) fn list() -> String {
    ALLOWED.join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(super::ALLOWED.is_sorted());
    }
}
