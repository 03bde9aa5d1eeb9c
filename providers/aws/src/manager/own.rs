//! Tags of an account's own making: keys that people and their tools agreed upon.

use std::collections::BTreeMap;

/// Keys that are understood without settings. With a word, the key means that manager; without one, the value names it.
const DEFAULTS: &[(&str, &str)] = &[
    ("terraform", "terraform"),
    ("Terraform", "terraform"),
    ("opentofu", "opentofu"),
    ("managed-by", ""),
    ("managed_by", ""),
    ("managedBy", ""),
    ("ManagedBy", ""),
    ("Managed-By", ""),
    ("Managed By", ""),
    ("app.kubernetes.io/managed-by", ""),
];

/// Tools that go by these names in whatever case they are written. What else a value names is left as it is: often it is a team.
const TOOLS: &[&str] = &[
    "ansible",
    "argocd",
    "atlantis",
    "cdk",
    "cloudformation",
    "crossplane",
    "helm",
    "opentofu",
    "pulumi",
    "sam",
    "serverless",
    "spacelift",
    "terraform",
    "terragrunt",
];

/// Values that say that nothing does, or nobody but people.
const NOTHING: &[&str] = &[
    "", "0", "console", "false", "manual", "manually", "n/a", "no", "nobody", "none", "unknown",
];

/// Values that say no more than the key.
const YES: &[&str] = &["1", "on", "true", "y", "yes"];

/// What the account's own tags mean.
pub(super) struct OwnTags {
    /// The manager by key, empty where the value names it; and whether the settings say so.
    keys: BTreeMap<String, (String, bool)>,
}

impl OwnTags {
    /// The keys of the settings besides those that are understood anyway: each with the manager that it means, with an empty
    /// one where the value names it, or with `None` where it means nothing.
    pub(super) fn new(settings: &BTreeMap<String, Option<String>>) -> Self {
        let mut keys: BTreeMap<String, (String, bool)> = DEFAULTS
            .iter()
            .map(|(key, kind)| ((*key).to_owned(), ((*kind).to_owned(), false)))
            .collect();
        for (key, kind) in settings {
            match kind {
                Some(kind) => keys.insert(key.clone(), (kind.trim().to_owned(), true)),
                None => keys.remove(key),
            };
        }
        OwnTags { keys }
    }

    /// The manager that a tag names, and its rank among such tags: those of the settings first, then those that name a tool.
    pub(super) fn read(&self, key: &str, value: &str) -> Option<(usize, String)> {
        let (kind, is_set) = self.keys.get(key)?;
        let value = value.trim();
        let word = value.to_lowercase();
        if (kind.is_empty() || !value.is_empty()) && NOTHING.contains(&word.as_str()) {
            return None;
        }
        let manager = match kind.as_str() {
            "" if TOOLS.contains(&word.as_str()) => word,
            // A tag `ManagedBy=true` names nobody.
            "" if YES.contains(&word.as_str()) => return None,
            "" => value.to_owned(),
            kind if value.is_empty() || YES.contains(&word.as_str()) || word == kind => {
                kind.to_owned()
            }
            kind => format!("{kind}:{value}"),
        };
        let names_a_tool = TOOLS.iter().any(|tool| {
            manager
                .strip_prefix(tool)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        });
        let rank = match (is_set, names_a_tool) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        Some((rank, manager))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_a_manager_or_its_value_names_it() {
        let tags = OwnTags::new(&BTreeMap::new());
        let read = |key: &str, value: &str| tags.read(key, value).map(|(_, manager)| manager);
        let some = |manager: &str| Some(manager.to_owned());
        assert_eq!(read("terraform", "true"), some("terraform"));
        assert_eq!(read("Terraform", ""), some("terraform"));
        assert_eq!(
            read("terraform", "network/prod"),
            some("terraform:network/prod")
        );
        assert_eq!(read("terraform", "False"), None);
        assert_eq!(read("ManagedBy", "Terraform"), some("terraform"));
        assert_eq!(read("managed-by", "Platform Team"), some("Platform Team"));
        for value in ["manual", "None", "", "true"] {
            assert_eq!(read("ManagedBy", value), None, "{value}");
        }
        assert_eq!(read("managedby", "terraform"), None, "keys are as they are");
    }

    #[test]
    fn settings_add_keys_and_take_them_away() {
        let settings = BTreeMap::from([
            ("acme:stack".to_owned(), Some("terraform".to_owned())),
            ("run-by".to_owned(), Some(String::new())),
            ("ManagedBy".to_owned(), None),
        ]);
        let tags = OwnTags::new(&settings);
        assert_eq!(
            tags.read("acme:stack", "shop"),
            Some((0, "terraform:shop".to_owned()))
        );
        assert_eq!(tags.read("run-by", "helm"), Some((0, "helm".to_owned())));
        assert_eq!(tags.read("ManagedBy", "terraform"), None);
        assert_eq!(
            tags.read("managed_by", "shop team"),
            Some((2, "shop team".to_owned()))
        );
        assert!(tags.read("terraform", "true") < tags.read("managed_by", "shop team"));
    }
}
