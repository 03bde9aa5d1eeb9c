//! What a bucket policy forbids to everyone.
//!
//! Evaluates the statements that matter and takes everything that it does not understand as *not* forbidding: a policy is
//! only called protective when that follows from the document alone.

use serde_json::Value;

/// What a bucket policy guarantees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Guarantees {
    /// Everyone is denied every S3 action over plain HTTP, on the bucket and on its objects.
    pub(crate) denies_plain_http: bool,
    /// Nobody can put an object that is not encrypted with KMS.
    pub(crate) requires_kms: bool,
}

/// Reads a policy document of the bucket with that ARN; an error when it is not JSON.
pub(crate) fn guarantees(
    document: &str,
    bucket_arn: &str,
) -> Result<Guarantees, serde_json::Error> {
    let document: Value = serde_json::from_str(document)?;
    let statements = members(document.get("Statement"));
    let denials: Vec<&Value> = statements
        .into_iter()
        .filter(|statement| statement.get("Effect").and_then(Value::as_str) == Some("Deny"))
        .filter(|statement| is_everyone(statement))
        .collect();
    let objects = format!("{bucket_arn}/any/object");
    let plain_http = |resource: &str| {
        denials.iter().any(|statement| {
            covers_every_action(statement)
                && covers(statement, resource)
                && only_when_insecure(statement)
        })
    };
    let kms = denials.iter().any(|statement| {
        covers_action(statement, "s3:PutObject")
            && covers(statement, &objects)
            && only_without_kms(statement)
    });
    Ok(Guarantees {
        denies_plain_http: plain_http(bucket_arn) && plain_http(&objects),
        requires_kms: kms,
    })
}

/// A member that may be one value or a list of them.
fn members(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
    }
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    members(value)
        .into_iter()
        .filter_map(Value::as_str)
        .collect()
}

/// Whether the statement is about everyone. `NotPrincipal` exempts somebody.
fn is_everyone(statement: &Value) -> bool {
    match statement.get("Principal") {
        Some(Value::String(principal)) => principal == "*",
        Some(Value::Object(principals)) => texts(principals.get("AWS")).contains(&"*"),
        _ => false,
    }
}

/// Whether the statement is about every S3 action. `NotAction` exempts some.
fn covers_every_action(statement: &Value) -> bool {
    texts(statement.get("Action"))
        .iter()
        .any(|action| matches!(action.to_ascii_lowercase().as_str(), "*" | "s3:*"))
}

/// Whether the statement is about an action, whose case does not matter.
fn covers_action(statement: &Value, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    texts(statement.get("Action"))
        .iter()
        .any(|pattern| matches(&pattern.to_ascii_lowercase(), &action))
}

/// Whether the statement is about a resource. `NotResource` exempts some.
fn covers(statement: &Value, resource: &str) -> bool {
    texts(statement.get("Resource"))
        .iter()
        .any(|pattern| matches(pattern, resource))
}

/// AWS's wildcards: `*` for any text, `?` for one character. A policy variable (`${…}`) is not filled in, and so matches
/// nothing but itself.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == '*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star_p, star_t)) = star {
            p = star_p + 1;
            t = star_t + 1;
            star = Some((star_p, star_t + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// The statement's only condition: operator, key and values. `None` when there is none, or more than one (each further
/// condition narrows the denial).
fn only_condition(statement: &Value) -> Option<(String, String, Vec<String>)> {
    let Some(Value::Object(operators)) = statement.get("Condition") else {
        return None;
    };
    let mut conditions = operators.iter().flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, values)| (operator, key, values))
    });
    let (operator, key, values) = conditions.next()?;
    if conditions.next().is_some() {
        return None;
    }
    let values = members(Some(values))
        .into_iter()
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
                .to_ascii_lowercase()
        })
        .collect();
    Some((
        operator.to_ascii_lowercase(),
        key.to_ascii_lowercase(),
        values,
    ))
}

/// Whether the statement denies exactly what comes over plain HTTP. A statement without any condition denies that too.
fn only_when_insecure(statement: &Value) -> bool {
    match statement.get("Condition") {
        None | Some(Value::Null) => true,
        Some(Value::Object(operators)) if operators.is_empty() => true,
        Some(_) => only_condition(statement).is_some_and(|(operator, key, values)| {
            matches!(operator.as_str(), "bool" | "boolifexists")
                && key == "aws:securetransport"
                && values.iter().any(|value| value == "false")
        }),
    }
}

/// Whether the statement denies exactly the puts that do not ask for KMS. `StringNotEquals` also denies those that ask for
/// nothing; its `IfExists` form lets them through, and then the bucket's default decides.
fn only_without_kms(statement: &Value) -> bool {
    only_condition(statement).is_some_and(|(operator, key, values)| {
        let kms = |value: &String| value == "aws:kms" || value == "aws:kms:dsse";
        key == "s3:x-amz-server-side-encryption"
            && !values.is_empty()
            && match operator.as_str() {
                "stringnotequals" | "stringnotequalsignorecase" => values.iter().all(kms),
                "stringnotlike" => values.iter().all(|value| kms(value) || value == "aws:kms*"),
                _ => false,
            }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BUCKET: &str = "arn:aws:s3:::logs";

    fn plain_http(statements: Value) -> bool {
        let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        guarantees(&document, BUCKET).unwrap().denies_plain_http
    }

    fn denial() -> Value {
        json!({
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, "arn:aws:s3:::logs/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}
        })
    }

    fn with(change: Value) -> Value {
        let mut statement = denial();
        for (key, value) in change.as_object().unwrap() {
            if value.is_null() {
                statement.as_object_mut().unwrap().remove(key);
            } else {
                statement[key] = value.clone();
            }
        }
        statement
    }

    #[test]
    fn the_usual_statement_denies_plain_http() {
        assert!(plain_http(json!([denial()])));
        assert!(plain_http(denial()), "one statement needs no list");
    }

    #[test]
    fn its_variants_do_so_too() {
        for change in [
            json!({"Principal": {"AWS": "*"}}),
            json!({"Principal": {"AWS": ["*"]}}),
            json!({"Action": "*"}),
            json!({"Action": ["s3:GetObject", "S3:*"]}),
            json!({"Condition": {"BoolIfExists": {"AWS:securetransport": ["false"]}}}),
            json!({"Condition": {"Bool": {"aws:SecureTransport": false}}}),
            json!({"Resource": "*"}),
            json!({"Resource": "arn:aws:s3:::logs*"}),
            json!({"Resource": ["arn:aws:s3:::log?", "arn:aws:s3:::*/*"]}),
            json!({"Condition": null}),
            json!({"Condition": {}}),
        ] {
            assert!(plain_http(json!([with(change.clone())])), "{change}");
        }
    }

    #[test]
    fn two_statements_may_share_the_work() {
        let bucket = with(json!({"Resource": BUCKET}));
        let objects = with(json!({"Resource": "arn:aws:s3:::logs/*"}));
        assert!(plain_http(json!([bucket, objects])));
        assert!(!plain_http(json!([bucket])));
        assert!(!plain_http(json!([objects])));
    }

    #[test]
    fn anything_narrower_does_not() {
        for change in [
            json!({"Effect": "Allow"}),
            json!({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}),
            json!({"Principal": {"Service": "*"}}),
            json!({"Principal": null, "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:role/admin"}}),
            json!({"Action": ["s3:GetObject", "s3:PutObject"]}),
            json!({"Action": "s3:Get*"}),
            json!({"Action": null, "NotAction": "s3:ListBucket"}),
            json!({"Resource": "arn:aws:s3:::logs/private/*"}),
            json!({"Resource": "arn:aws:s3:::other/*"}),
            json!({"Resource": null, "NotResource": "arn:aws:s3:::logs/public/*"}),
            json!({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
            json!({"Condition": {"Bool": {"aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "false"}}}),
            json!({"Condition": {"Bool": {"aws:SecureTransport": "false"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}),
            json!({"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}),
            json!({"Condition": {"StringEquals": {"aws:SecureTransport": "false"}}}),
        ] {
            assert!(!plain_http(json!([with(change.clone())])), "{change}");
        }
        assert!(!plain_http(json!([])));
    }

    #[test]
    fn a_document_that_is_no_policy_guarantees_nothing() {
        for document in [
            "{}",
            "[]",
            "null",
            "\"x\"",
            r#"{"Statement": 1}"#,
            r#"{"Statement": [null, "Deny"]}"#,
        ] {
            assert_eq!(
                guarantees(document, BUCKET).unwrap(),
                Guarantees::default(),
                "{document}"
            );
        }
        assert!(guarantees("{", BUCKET).is_err());
    }

    fn kms(condition: Value) -> bool {
        let statement = json!({
            "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/*",
            "Condition": condition
        });
        guarantees(&json!({"Statement": [statement]}).to_string(), BUCKET)
            .unwrap()
            .requires_kms
    }

    #[test]
    fn puts_without_kms_are_denied_by_a_negated_condition_only() {
        const HEADER: &str = "s3:x-amz-server-side-encryption";
        assert!(kms(json!({"StringNotEquals": {HEADER: "aws:kms"}})));
        assert!(kms(
            json!({"StringNotEquals": {HEADER: ["aws:kms", "aws:kms:dsse"]}})
        ));
        assert!(kms(json!({"StringNotLike": {HEADER: "aws:kms*"}})));
        assert!(!kms(
            json!({"StringNotEquals": {HEADER: ["aws:kms", "AES256"]}})
        ));
        assert!(
            !kms(json!({"StringNotEqualsIfExists": {HEADER: "aws:kms"}})),
            "puts without the header pass"
        );
        assert!(!kms(json!({"Null": {HEADER: "true"}})));
        assert!(!kms(json!({"StringEquals": {HEADER: "AES256"}})));
        assert!(!kms(json!({"StringNotEquals": {HEADER: []}})));
        assert!(!kms(json!({})));
    }

    #[test]
    fn wildcards_match_as_aws_matches_them() {
        assert!(
            matches("a*c", "abbc")
                && matches("*", "")
                && matches("a?c", "abc")
                && matches("a**", "a")
        );
        assert!(!matches("a?c", "ac") && !matches("", "a") && !matches("a*d", "abc"));
        assert!(!matches("arn:aws:s3:::${aws:username}/*", BUCKET));
    }
}
