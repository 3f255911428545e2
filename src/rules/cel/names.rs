//! Names in the checker: variables, fields, keys, and the values that an enumerated field can have.

use std::sync::Arc;

use super::check::{Checked, Checker, wrong};
use super::plan::{Place, Plan, Step};
use super::suggest::{closest, did_you_mean, listing};
use super::syntax::{Node, NodeKind, Word};
use super::types::{Error, Type};
use crate::effective::Datum;

/// A field of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub record: Arc<str>,
    pub field: Arc<str>,
}

type Placed = (Place, Checked);

fn nowhere() -> Placed {
    (Place { path: None, step: Step::Computed(Box::new(wrong().0)) }, Checked::default())
}

impl Checker<'_> {
    fn misplaced(&mut self, error: Error) -> Placed {
        self.errors.push(error);
        nowhere()
    }

    /// A path: a name, and selections from it. Any other expression is a place without a path of its own.
    pub(super) fn place(&mut self, node: &Node) -> Placed {
        match &node.kind {
            NodeKind::Name(name) => self.variable(name, node),
            NodeKind::Select(of, field) => {
                let (place, checked) = self.place(of);
                self.select(of, place, checked, field)
            }
            NodeKind::Index(of, key) => {
                let (place, checked) = self.place(of);
                self.index(of, place, &checked, key)
            }
            _ => {
                let (plan, mut checked) = self.expression(node);
                checked.path = plan.source().cloned();
                (Place { path: checked.path.clone(), step: Step::Computed(Box::new(plan)) }, checked)
            }
        }
    }

    fn variable(&mut self, name: &Arc<str>, node: &Node) -> Placed {
        if let Some(slot) = self.locals.iter().position(|local| local.name == *name) {
            let checked = self.locals.get(slot).map(|local| local.checked.clone()).unwrap_or_default();
            return (Place { path: checked.path.clone(), step: Step::Local(slot) }, checked);
        }
        if let Some((_, of)) = self.variables.iter().find(|(known, _)| **known == **name) {
            let checked = Checked { of: Some(of.clone()), origin: None, path: Some(name.clone()) };
            return (Place { path: Some(name.clone()), step: Step::Variable(name.clone()) }, checked);
        }
        let known = self.variables.iter().map(|(known, _)| *known);
        let help = did_you_mean(name, known.chain(self.locals.iter().map(|local| &*local.name)));
        let help = help.or_else(|| {
            let called = self.functions.iter().any(|function| *function.name == **name);
            called.then(|| format!("`{name}` is a function: write `{name}(…)`"))
        });
        self.misplaced(Error::new(node.range.clone(), format!("unknown name `{name}`")).help_maybe(help))
    }

    fn select(&mut self, of: &Node, place: Place, checked: Checked, field: &Word) -> Placed {
        let path = place.path.as_ref().map(|path| Arc::from(format!("{path}.{}", field.text)));
        let step = Step::Part(Box::new(place), field.text.clone());
        let part = |of: Type, origin: Option<Origin>| {
            (Place { path: path.clone(), step }, Checked { of: Some(of), origin, path })
        };
        match checked.of {
            None => nowhere(),
            Some(Type::Any) => part(Type::Any, None),
            Some(Type::Record(record)) => match self.schema.field(&record, &field.text) {
                Some(of) => {
                    let table = self.schema.table(&record, &field.text);
                    self.tables.extend(table.filter(|table| !self.tables.contains(table)));
                    part(of, Some(Origin { record, field: field.text.clone() }))
                }
                None => self.unknown_field(of, &record, field),
            },
            Some(Type::Map(value)) => {
                let keys = checked.origin.as_ref().and_then(|origin| self.schema.keys(&origin.record, &origin.field));
                match keys {
                    Some(keys) if !keys.contains(&field.text) => self.unknown_key(of, &keys, field),
                    _ => part(*value, None),
                }
            }
            Some(other @ (Type::Bool | Type::Int | Type::Text | Type::List(_))) => {
                let help = if let Type::List(_) = other {
                    Some(format!("`{}.exists(v, …)` looks at each element", self.slice(&of.range)))
                } else {
                    None
                };
                let message = format!("{} has no fields", other.phrase());
                self.misplaced(Error::new(field.range.clone(), message).help_maybe(help))
            }
        }
    }

    fn unknown_field(&mut self, of: &Node, record: &str, field: &Word) -> Placed {
        let fields = self.schema.fields(record);
        let message = format!("`{}` ({}) has no field `{}`", self.slice(&of.range), Type::record(record), field.text);
        let help = did_you_mean(&field.text, fields.iter().map(|field| &**field));
        self.misplaced(Error::new(field.range.clone(), message).help_maybe(help))
    }

    fn unknown_key(&mut self, of: &Node, keys: &[Arc<str>], field: &Word) -> Placed {
        let map = self.slice(&of.range);
        let message = format!("`{map}` has no documented key `{}`", field.text);
        let meant = closest(&field.text, keys.iter().map(|key| &**key));
        let meant = meant.map(|key| format!("did you mean `{key}`? ")).unwrap_or_default();
        let help = format!("{meant}a key that is not documented is written `{map}['{}']`", field.text);
        self.misplaced(Error::new(field.range.clone(), message).help(help))
    }

    fn index(&mut self, of: &Node, place: Place, checked: &Checked, key: &Node) -> Placed {
        let origin = checked.origin.clone();
        match &checked.of {
            None => {
                self.expression(key);
                nowhere()
            }
            Some(Type::Any) => {
                let (key, _) = self.expression(key);
                let step = Step::Index(Box::new(place), Box::new(key));
                (Place { path: None, step }, Checked { of: Some(Type::Any), ..Checked::default() })
            }
            Some(Type::List(element)) => {
                let key = self.expected(key, &Type::Int, "the index of a list");
                let path = place.path.clone();
                let step = Step::Index(Box::new(place), Box::new(key));
                (Place { path: path.clone(), step }, Checked { of: Some((**element).clone()), origin, path })
            }
            Some(Type::Map(value)) => {
                let key = self.expected(key, &Type::Text, "the key of a map");
                let of = Some((**value).clone());
                let (path, step) = match key {
                    Plan::Constant(Datum::Text(key)) => {
                        (place.path.as_ref().map(|path| keyed(path, &key)), Step::Part(Box::new(place), key))
                    }
                    key => (place.path.clone(), Step::Index(Box::new(place), Box::new(key))),
                };
                (Place { path: path.clone(), step }, Checked { of, origin: None, path })
            }
            Some(other @ (Type::Bool | Type::Int | Type::Text | Type::Record(_))) => {
                let help = match (other, &key.kind) {
                    (Type::Record(_), NodeKind::Text(name)) => {
                        Some(format!("write `{}.{name}`", self.slice(&of.range)))
                    }
                    _ => None,
                };
                let message = format!("{} has no elements or keys", other.phrase());
                self.misplaced(Error::new(key.range.clone(), message).help_maybe(help))
            }
        }
    }

    /// Reports text literals that stand beside a field which can never have that value.
    pub(super) fn members(&mut self, side: &Checked, other: &Node) {
        let Some(origin) = &side.origin else { return };
        let Some(members) = self.schema.members(&origin.record, &origin.field) else { return };
        let literals = match &other.kind {
            NodeKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(other),
        };
        for literal in literals {
            let NodeKind::Text(value) = &literal.kind else { continue };
            if members.contains(value) {
                continue;
            }
            let field = side.path.as_deref().unwrap_or(&origin.field);
            let message = format!("\"{}\" is not a value of `{field}`", value.escape_debug());
            let meant = closest(value, members.iter().map(|member| &**member));
            let meant = meant.map(|member| format!("did you mean `{member}`? ")).unwrap_or_default();
            let help = format!("{meant}the values are {}", listing(&members));
            self.errors.push(Error::new(literal.range.clone(), message).help(help));
        }
    }
}

/// `notes_ini.KEY`, or `notes_ini['a key']` when the key is not a plain name.
fn keyed(path: &str, key: &str) -> Arc<str> {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    Arc::from(if plain { format!("{path}.{key}") } else { format!("{path}['{}']", key.escape_debug()) })
}
