//! A tree against a JSON Schema, with the spans of the tree.

use jsonschema::Validator;
use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use serde_json::{Map, Value as Json};

use super::{Content, Node};
use crate::source::{Problem, Span};
use crate::suggest::closest;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    json: Json,
    validator: Validator,
}

impl Schema {
    /// Compiles a schema. References to other files are replaced by the text that `resolve` gives for the file's name;
    /// nothing is ever fetched.
    ///
    /// # Errors
    /// What is wrong with the schema.
    pub fn compile(text: &str, resolve: &dyn Fn(&str) -> Option<&'static str>) -> Result<Self, String> {
        let mut json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
        inline(&mut json, resolve);
        let validator = jsonschema::draft202012::options().offline().build(&json).map_err(|error| error.to_string())?;
        Ok(Self { json, validator })
    }

    /// The places of `node` that do not conform, in the order of the file. `whole` is the place where the tree has no better
    /// one.
    #[must_use]
    pub fn problems(&self, node: &Node, whole: Span) -> Vec<Problem> {
        let json = to_json(node);
        let mut problems: Vec<Problem> =
            self.validator.iter_errors(&json).flat_map(|error| self.explain(&error, node, whole)).collect();
        problems.sort_by_key(|problem| problem.labels.first().map(|(span, _)| *span));
        problems
    }

    /// The name by which the command line knows the schema.
    fn name(&self) -> &str {
        let id = self.json.get("$id").and_then(Json::as_str).unwrap_or_default();
        let file = id.rsplit('/').next().unwrap_or_default();
        file.strip_suffix(".schema.json").unwrap_or(file)
    }

    fn explain(&self, error: &ValidationError<'_>, root: &Node, whole: Span) -> Vec<Problem> {
        let mut node = root;
        let mut schema = &self.json;
        let mut path = String::new();
        for segment in error.instance_path() {
            let (next, deeper) = match segment {
                LocationSegment::Property(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&name);
                    (node.get(&name), schema.pointer("/properties").and_then(|all| all.get(name.as_ref())))
                }
                LocationSegment::Index(index) => (node.elements().get(index), schema.get("items")),
            };
            node = next.unwrap_or(node);
            schema = deeper.unwrap_or(&Json::Null);
        }
        let at = if std::ptr::eq(node, root) { whole } else { node.span };
        let field = if path.is_empty() { String::new() } else { format!("`{path}` ") };
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
                .iter()
                .map(|name| {
                    let span = node.member(name).map_or(at, |member| member.key_span);
                    let inside = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
                    let problem = Problem::error("unknown-key", format!("`{name}` is not a known name{inside}"))
                        .at(span, "not known");
                    let known: Vec<&str> = schema
                        .get("properties")
                        .and_then(Json::as_object)
                        .map(|properties| properties.keys().map(String::as_str).collect())
                        .unwrap_or_default();
                    match closest(name, known.iter().copied()) {
                        Some(name) => problem.help(format!("did you mean `{name}`?")),
                        None if known.len() <= 16 => problem.help(format!("known are {}", known.join(", "))),
                        None => {
                            problem.help(format!("`maillint schema {}` prints the names that are known", self.name()))
                        }
                    }
                })
                .collect(),
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                vec![Problem::error("missing-key", format!("`{name}` is missing")).at(at, format!("needs `{name}`"))]
            }
            ValidationErrorKind::Type { kind } => {
                let wanted = match kind {
                    TypeKind::Single(one) => type_word(&one.to_string()).to_owned(),
                    TypeKind::Multiple(several) => several
                        .iter()
                        .map(|one| type_word(&one.to_string()).to_owned())
                        .collect::<Vec<_>>()
                        .join(" or "),
                };
                vec![
                    Problem::error("wrong-type", format!("{field}must be {wanted}, found {}", node.kind()))
                        .at(at, format!("this is {}", node.kind())),
                ]
            }
            ValidationErrorKind::Enum { options } => {
                let options: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
                let found = node.text().map(ToString::to_string).unwrap_or_default();
                let problem = Problem::error("unknown-value", format!("{field}cannot be `{found}`"))
                    .at(at, format!("must be one of {}", options.join(", ")));
                vec![match closest(&found, options.iter().copied()) {
                    Some(option) => problem.help(format!("did you mean `{option}`?")),
                    None => problem,
                }]
            }
            ValidationErrorKind::Minimum { limit } => {
                vec![Problem::error("out-of-range", format!("{field}must be at least {limit}")).at(at, "too small")]
            }
            ValidationErrorKind::Maximum { limit } => {
                vec![Problem::error("out-of-range", format!("{field}must be at most {limit}")).at(at, "too large")]
            }
            // Our schemas say in words what they rule out.
            ValidationErrorKind::Not { schema } if schema.get("description").is_some() => {
                let why = schema.get("description").and_then(Json::as_str).unwrap_or_default();
                let keys =
                    schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
                let problem = Problem::error(
                    "schema",
                    format!("{field}has values that do not go together: {}", why.trim_end_matches('.')),
                );
                let marked = keys
                    .filter_map(|key| node.get(key))
                    .fold(problem.clone(), |problem, value| problem.at(value.span, ""));
                vec![if marked.labels.is_empty() { problem.at(at, "here") } else { marked }]
            }
            _ => {
                let what = format!("{field}is not as it should be: {}", error.masked());
                let problem = Problem::error("schema", what).at(at, "here");
                // A pattern says little to people; what the field is for says what belongs there.
                vec![match schema.get("description").and_then(Json::as_str) {
                    Some(about) => problem.help(about.to_owned()),
                    None => problem,
                }]
            }
        }
    }
}

fn type_word(name: &str) -> &str {
    match name.trim_matches('"') {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        "null" => "null",
        _ => "something else",
    }
}

/// Replaces references to other schema files by what they refer to.
fn inline(json: &mut Json, resolve: &dyn Fn(&str) -> Option<&'static str>) {
    match json {
        Json::Object(object) => {
            let target = object.get("$ref").and_then(Json::as_str).and_then(|reference| {
                let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
                let other: Json = serde_json::from_str(resolve(file)?).ok()?;
                other.pointer(pointer).cloned()
            });
            if let Some(Json::Object(target)) = target {
                object.remove("$ref");
                for (key, value) in target {
                    if !key.starts_with('$') {
                        object.entry(key).or_insert(value);
                    }
                }
            }
            object.values_mut().for_each(|value| inline(value, resolve));
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| inline(element, resolve)),
        _ => {}
    }
}

fn to_json(node: &Node) -> Json {
    match &node.content {
        Content::Null => Json::Null,
        Content::Bool(value) => Json::Bool(*value),
        Content::Number(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        Content::Text(text) | Content::Date(text) | Content::Unresolved { raw: text, .. } => {
            Json::String(text.to_string())
        }
        Content::List(elements) => Json::Array(elements.iter().map(to_json).collect()),
        Content::Table(members) => Json::Object(
            members.iter().map(|member| (member.key.to_string(), to_json(&member.node))).collect::<Map<_, _>>(),
        ),
    }
}
