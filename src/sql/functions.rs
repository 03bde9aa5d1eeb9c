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

/// Those that make one value of many rows, unless they stand over a window.
const AGGREGATES: &[&str] = &[
    "avg",
    "bool_and",
    "bool_or",
    "count",
    "first",
    "last",
    "max",
    "median",
    "min",
    "quantile_cont",
    "quantile_disc",
    "stddev",
    "sum",
    "variance",
];

/// Whether a function makes one value of many rows.
pub(super) fn is_aggregate(name: &str) -> bool {
    AGGREGATES.contains(&name)
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

    #[test]
    fn what_is_not_listed_as_an_aggregate_looks_at_one_row_or_at_a_window() {
        let listed = |name: &&&str| super::AGGREGATES.contains(name);
        assert_eq!(
            super::ALLOWED.iter().filter(listed).count(),
            super::AGGREGATES.len()
        );
        let others: Vec<&str> = super::ALLOWED
            .iter()
            .filter(|name| !listed(name))
            .copied()
            .collect();
        let known = "abs ceil coalesce concat concat_ws dense_rank ends_with floor greatest if ifnull lag lead least left \
                     length lower ltrim mod nullif power rank replace right round row_number rtrim sign sqrt starts_with \
                     substr trim upper";
        assert_eq!(others.join(" "), known);
    }
}
