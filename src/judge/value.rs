//! Cells of a result as JSON.

use jiff::Timestamp;
use polars::prelude::{AnyValue, TimeUnit};
use serde_json::{Number, Value};

/// A cell as JSON: an instant in RFC 3339, a number that is not finite as null.
pub fn json_of(cell: AnyValue<'_>) -> Value {
    match cell {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(flag) => Value::Bool(flag),
        AnyValue::String(text) => Value::String(text.to_owned()),
        AnyValue::StringOwned(text) => Value::String(text.to_string()),
        AnyValue::Datetime(instant, unit, _) => instant_text(instant, unit),
        AnyValue::DatetimeOwned(instant, unit, _) => instant_text(instant, unit),
        AnyValue::Float32(number) => real(f64::from(number)),
        AnyValue::Float64(number) => real(number),
        other => match other.extract::<i64>() {
            Some(number) => Value::Number(number.into()),
            None => Value::String(other.to_string()),
        },
    }
}

fn real(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn instant_text(instant: i64, unit: TimeUnit) -> Value {
    let time = match unit {
        TimeUnit::Milliseconds => Timestamp::from_millisecond(instant),
        TimeUnit::Microseconds => Timestamp::from_microsecond(instant),
        TimeUnit::Nanoseconds => Timestamp::from_nanosecond(i128::from(instant)),
    };
    time.map_or(Value::Null, |time| Value::String(time.to_string()))
}
