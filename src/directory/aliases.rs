//! Item names that the vocabulary does not know, given by whoever has seen them: a path of the vocabulary, the item that
//! holds its value, and what its codes stand for. Most items behind SMTP Inbound Controls have no published name.

use std::sync::Arc;

use super::vocabulary::{FieldKind, FieldSpec, Kind, Scalar};
use crate::suggest::closest;

/// The aliases of one run.
#[derive(Debug, Default)]
pub struct Aliases(Vec<Alias>);

/// One item that holds a field.
#[derive(Debug)]
struct Alias {
    kind: Kind,
    spec: &'static FieldSpec,
    item: Arc<str>,
    codes: Vec<(String, Scalar)>,
}

/// A field of the vocabulary as an item holds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'a> {
    /// The field.
    pub(super) spec: &'static FieldSpec,
    /// What its codes stand for.
    pub(super) codes: &'a [(String, Scalar)],
}

impl From<&'static FieldSpec> for Held<'static> {
    fn from(spec: &'static FieldSpec) -> Self {
        Self { spec, codes: &spec.codes }
    }
}

impl Aliases {
    /// Adds an alias. The path may begin with the document kind (`configuration.relay.deny_hosts`), and must where several
    /// kinds have such a field. Codes are pairs of the stored text and the word it stands for (`"1"`, `"enabled"`).
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn add<'c>(
        &mut self,
        path: &str,
        item: &str,
        codes: impl Iterator<Item = (&'c str, &'c str)>,
    ) -> Result<(), String> {
        let (kind, spec) = field(path)?;
        let item = item.trim();
        if item.is_empty() {
            return Err(format!("the item name for `{path}` is blank"));
        }
        if let Some(other) = self.0.iter().find(|other| other.kind == kind && other.item.eq_ignore_ascii_case(item)) {
            return Err(format!("the item `{item}` is given for `{}` already", other.spec.path));
        }
        let published = kind.spec().fields.iter().find(|other| has_item(other, item) && other.path != spec.path);
        if let Some(other) = published {
            return Err(format!("the item `{item}` is known to hold \"{}\" ({})", other.title, other.path));
        }
        let mut known: Vec<(String, Scalar)> = Vec::new();
        for (code, word) in codes {
            known.push((code.trim().to_owned(), stands_for(spec, word)?));
        }
        for (code, value) in &spec.codes {
            if !known.iter().any(|(other, _)| other.eq_ignore_ascii_case(code)) {
                known.push((code.clone(), value.clone()));
            }
        }
        self.0.push(Alias { kind, spec, item: Arc::from(item), codes: known });
        Ok(())
    }

    /// The field that an item of a document of that kind holds, by an alias or by the vocabulary.
    pub(super) fn held(&self, kind: Kind, item: &str) -> Option<Held<'_>> {
        let alias = self.0.iter().find(|alias| alias.kind == kind && alias.item.eq_ignore_ascii_case(item));
        let published = || kind.spec().fields.iter().find(|spec| has_item(spec, item));
        alias
            .map(|alias| Held { spec: alias.spec, codes: &alias.codes })
            .or_else(|| published().map(|spec| Held { spec, codes: &spec.codes }))
    }

    /// The items that aliases name for documents of a kind.
    pub(super) fn items(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |alias| alias.kind == kind).map(|alias| &*alias.item)
    }

    /// Whether an alias names the item of a field.
    #[must_use]
    pub fn names(&self, kind: Kind, path: &str) -> bool {
        self.0.iter().any(|alias| alias.kind == kind && *alias.spec.path == *path)
    }
}

fn has_item(spec: &FieldSpec, item: &str) -> bool {
    spec.items.iter().any(|known| known.eq_ignore_ascii_case(item))
}

/// The field of a path with or without its kind.
fn field(path: &str) -> Result<(Kind, &'static FieldSpec), String> {
    if let Some((kind, rest)) = path.split_once('.')
        && let Some(kind) = Kind::from_name(kind)
        && let Some(spec) = kind.spec().field(rest)
    {
        return one_item(kind, spec, path);
    }
    let having: Vec<(Kind, &'static FieldSpec)> =
        Kind::ALL.into_iter().filter_map(|kind| Some((kind, kind.spec().field(path)?))).collect();
    match having.as_slice() {
        [(kind, spec)] => one_item(*kind, spec, path),
        [] => {
            let known: Vec<String> = Kind::ALL
                .into_iter()
                .flat_map(|kind| {
                    let whole = move |spec: &FieldSpec| format!("{}.{}", kind.name(), spec.path);
                    let fields = kind.spec().fields.iter();
                    fields.flat_map(move |spec| [spec.path.to_string(), whole(spec)])
                })
                .collect();
            Err(match closest(path, known.iter().map(String::as_str)) {
                Some(near) => format!("the vocabulary has no field `{path}`, did you mean `{near}`?"),
                None => format!("the vocabulary has no field `{path}`"),
            })
        }
        several => {
            let names: Vec<String> =
                several.iter().map(|(kind, spec)| format!("`{}.{}`", kind.name(), spec.path)).collect();
            Err(format!("several document kinds have a field `{path}`: write {}", names.join(" or ")))
        }
    }
}

/// A table or a list of records is held by several items, which an alias cannot say.
fn one_item(kind: Kind, spec: &'static FieldSpec, path: &str) -> Result<(Kind, &'static FieldSpec), String> {
    match spec.kind {
        FieldKind::Table(_) | FieldKind::Records(_) => Err(format!("`{path}` is not held by one item")),
        _ if matches!(kind, Kind::NotesIni | Kind::Facts) => Err(format!("`{path}` is in no Domino document")),
        _ => Ok((kind, spec)),
    }
}

/// What a word says of a field: `enabled` and `true` of a switch, a word of an enumeration.
fn stands_for(spec: &FieldSpec, word: &str) -> Result<Scalar, String> {
    let wanted = word.trim().to_lowercase();
    match &spec.kind {
        FieldKind::Bool => match wanted.as_str() {
            "true" | "enabled" | "on" | "yes" => Ok(Scalar::Bool(true)),
            "false" | "disabled" | "off" | "no" => Ok(Scalar::Bool(false)),
            _ => Err(format!("`{}` is on or off; `{word}` is neither", spec.path)),
        },
        FieldKind::Enum(words) => match words.iter().find(|known| ***known == *wanted) {
            Some(known) => Ok(Scalar::Text(Arc::clone(known))),
            None => {
                let known: Vec<&str> = words.iter().map(|word| &**word).collect();
                Err(format!("`{}` cannot be `{word}`; it is one of {}", spec.path, known.join(", ")))
            }
        },
        _ => Err(format!("`{}` is stored as it is shown and has no codes", spec.path)),
    }
}

/// Whether an item that nobody explains has a name like those of SMTP settings (fields.md 9): `SMTP…`, `Router…`,
/// `Mail…SMTP`, `Local…Internet…`.
#[must_use]
pub fn looks_like_smtp(item: &str) -> bool {
    let name = item.trim().to_ascii_lowercase();
    let behind = |first: &str, second: &str| {
        name.split_once(first).is_some_and(|(before, rest)| before.is_empty() && rest.contains(second))
    };
    name.starts_with("smtp") || name.starts_with("router") || behind("mail", "smtp") || behind("local", "internet")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(path: &str, item: &str, codes: &[(&str, &str)]) -> Result<Aliases, String> {
        let mut aliases = Aliases::default();
        aliases.add(path, item, codes.iter().copied()).map(|()| aliases)
    }

    #[test]
    fn a_path_is_found_with_and_without_its_kind() {
        for path in ["relay.deny_hosts", "configuration.relay.deny_hosts"] {
            let aliases = add(path, "SomeItem", &[]).expect(path);
            assert_eq!(&*aliases.held(Kind::Configuration, "someitem").expect("held").spec.path, "relay.deny_hosts");
            assert!(aliases.names(Kind::Configuration, "relay.deny_hosts"));
            assert!(aliases.held(Kind::Server, "SomeItem").is_none());
        }
    }

    #[test]
    fn mistakes_are_said() {
        for (path, item, codes, words) in [
            ("relay.deny_host", "X", &[][..], "did you mean `relay.deny_hosts`?"),
            ("name", "X", &[], "write `server.name` or"),
            ("configuration.notes_ini", "X", &[], "not held by one item"),
            ("relay.deny_hosts", " ", &[], "blank"),
            ("relay.deny_hosts", "SMTPRlyExcpts", &[], "is known to hold"),
            ("relay.deny_hosts", "X", &[("1", "enabled")], "has no codes"),
            ("extensions.starttls", "X", &[("1", "maybe")], "one of disabled, enabled, required"),
            ("connections.verify_host_name", "X", &[("1", "perhaps")], "neither"),
        ] {
            let said = add(path, item, codes).expect_err(path);
            assert!(said.contains(words), "{said}");
        }
        let mut aliases = add("relay.deny_hosts", "X", &[]).expect("an alias");
        assert!(aliases.add("relay.allow_hosts", "x", std::iter::empty()).is_err());
    }

    #[test]
    fn families() {
        for name in ["SMTPFoo", "smtp_x", "RouterMaxHops", "MailExternalSMTP2", "LocalPrimaryInternetDomain2"] {
            assert!(looks_like_smtp(name), "{name}");
        }
        for name in ["HTTP_Port", "EMailSMTP", "MailFile", "Locale", "$UpdatedBy"] {
            assert!(!looks_like_smtp(name), "{name}");
        }
    }
}
