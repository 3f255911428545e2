//! Calls in the checker: functions, methods and macros.

use regex::{Regex, RegexBuilder};

use super::check::{Checked, Checker, Local, Typed, typed, wrong};
use super::plan::{Loop, LoopKind, Matches, Plan, Strict};
use super::suggest::did_you_mean;
use super::syntax::{Node, NodeKind, Word};
use super::types::{Call, Error, Function, Type};
use crate::effective::Datum;

const MACROS: [(&str, LoopKind); 5] = [
    ("all", LoopKind::All),
    ("exists", LoopKind::Exists),
    ("exists_one", LoopKind::ExistsOne),
    ("filter", LoopKind::Filter),
    ("map", LoopKind::Map),
];

const TEXT_METHODS: [(&str, Option<Strict>); 4] = [
    ("startsWith", Some(Strict::StartsWith)),
    ("endsWith", Some(Strict::EndsWith)),
    ("contains", Some(Strict::Contains)),
    ("matches", None),
];

const BUILT_IN: [&str; 3] = ["size", "has", "blank"];

// What a reader of the CEL specification may reach for.
const OUTSIDE: [(&str, &str); 10] = [
    ("timestamp", "there are no timestamps"),
    ("duration", "there are no durations"),
    ("int", "there is no conversion between types"),
    ("uint", "there is no conversion between types"),
    ("double", "there is no conversion between types"),
    ("string", "there is no conversion between types"),
    ("bool", "there is no conversion between types"),
    ("bytes", "there is no conversion between types"),
    ("type", "every expression has one type, known when the rule is loaded"),
    ("dyn", "every expression has one type, known when the rule is loaded"),
];

/// The largest compiled pattern, in bytes.
const PATTERN_LIMIT: usize = 1 << 20;

/// Compiles a pattern for `matches`.
pub(super) fn pattern(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(PATTERN_LIMIT).build().map_err(|error| {
        // The library draws the pattern over several lines; the last one says what is wrong.
        let told = error.to_string();
        let last =
            told.lines().last().unwrap_or_default().trim_start_matches("error: ").trim_end_matches('.').to_string();
        format!("not a valid regular expression: {last}")
    })
}

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &Word, arguments: &[Node], node: &Node) -> Typed {
        match &*name.text {
            "size" => match arguments {
                [argument] => self.size(argument),
                _ => self.miscounted(name, "one argument", arguments, node),
            },
            "has" | "blank" => self.presence(name, arguments, node),
            _ => match self.functions.iter().find(|function| *function.name == *name.text) {
                Some(function) => self.function(function, arguments, node),
                None => self.unknown_function(name, arguments),
            },
        }
    }

    pub(super) fn method(&mut self, receiver: &Node, name: &Word, arguments: &[Node], node: &Node) -> Typed {
        if let Some((_, kind)) = MACROS.iter().find(|(known, _)| *known == &*name.text) {
            return self.looped(*kind, receiver, name, arguments, node);
        }
        if &*name.text == "size" {
            return match arguments {
                [] => self.size(receiver),
                _ => self.miscounted(name, "no argument", arguments, node),
            };
        }
        if let Some((known, strict)) = TEXT_METHODS.iter().find(|(known, _)| *known == &*name.text) {
            let [argument] = arguments else { return self.miscounted(name, "one argument", arguments, node) };
            let user = format!("`{known}`");
            let text = self.expected(receiver, &Type::Text, &user);
            let part = self.expected(argument, &Type::Text, &user);
            return match strict {
                Some(strict) => typed(Plan::Strict(*strict, Box::new([text, part])), Type::Bool),
                None => self.matches(text, part, argument),
            };
        }
        self.unknown_method(receiver, name, arguments)
    }

    fn matches(&mut self, text: Plan, part: Plan, argument: &Node) -> Typed {
        let matches = match part {
            Plan::Constant(Datum::Text(fixed)) => match pattern(&fixed) {
                Ok(regex) => Matches::Fixed(Box::new(text), regex),
                Err(message) => return self.error(Error::new(argument.range.clone(), message)),
            },
            computed => Matches::Computed(Box::new([text, computed])),
        };
        typed(Plan::Matches(matches), Type::Bool)
    }

    fn miscounted(&mut self, name: &Word, wanted: &str, arguments: &[Node], node: &Node) -> Typed {
        self.each(arguments);
        let message = format!("`{}` takes {wanted}, but here it has {}", name.text, arguments.len());
        self.error(Error::new(node.range.clone(), message))
    }

    /// Looks for further mistakes inside the arguments of a call that is itself wrong.
    fn each(&mut self, arguments: &[Node]) {
        for argument in arguments {
            self.expression(argument);
        }
    }

    fn size(&mut self, argument: &Node) -> Typed {
        let (plan, checked) = self.expression(argument);
        match checked.of {
            None => wrong(),
            Some(Type::Text | Type::List(_) | Type::Map(_) | Type::Any) => typed(Plan::Size(Box::new(plan)), Type::Int),
            Some(other @ (Type::Bool | Type::Int | Type::Record(_))) => {
                let message = format!("`size` needs text, a list or a map, but this is {}", other.phrase());
                self.error(Error::new(argument.range.clone(), message))
            }
        }
    }

    fn presence(&mut self, name: &Word, arguments: &[Node], node: &Node) -> Typed {
        let [argument] = arguments else { return self.miscounted(name, "one argument", arguments, node) };
        if !matches!(argument.kind, NodeKind::Select(..) | NodeKind::Index(..) | NodeKind::Name(_)) {
            self.expression(argument);
            let message = format!("`{}` needs a field, such as `{}(server.hostname)`", name.text, name.text);
            return self.error(Error::new(argument.range.clone(), message));
        }
        match self.expression(argument) {
            (Plan::Place(place), Checked { of: Some(_), .. }) => {
                let plan = if &*name.text == "has" { Plan::Has(place) } else { Plan::Blank(place) };
                typed(plan, Type::Bool)
            }
            _ => wrong(),
        }
    }

    fn function(&mut self, function: &'static Function, arguments: &[Node], node: &Node) -> Typed {
        if arguments.len() != function.parameters.len() {
            self.each(arguments);
            let wanted = function.parameters.len();
            let plural = if wanted == 1 { "" } else { "s" };
            let message =
                format!("`{}` takes {wanted} argument{plural}, but here it has {}", function.name, arguments.len());
            return self.error(Error::new(node.range.clone(), message).help(format!("it is `{function}`")));
        }
        let mut plans = Vec::with_capacity(arguments.len());
        let mut texts = Vec::new();
        for (argument, (parameter, kind)) in arguments.iter().zip(function.parameters) {
            let user = format!("`{parameter}` of `{}`", function.name);
            plans.push(self.expected(argument, &Type::from(*kind), &user));
            if let NodeKind::Text(text) = &argument.kind {
                texts.push((*parameter, text.clone(), argument.range.clone()));
            }
        }
        if !texts.is_empty() {
            self.calls.push(Call { function: function.name, texts });
        }
        typed(Plan::Call(function, plans), Type::from(function.result))
    }

    fn unknown_function(&mut self, name: &Word, arguments: &[Node]) -> Typed {
        self.each(arguments);
        if let Some((_, why)) = OUTSIDE.iter().find(|(known, _)| *known == &*name.text) {
            let message = format!("`{}` is not part of the subset", name.text);
            return self.error(Error::new(name.range.clone(), message).help(*why));
        }
        let is_method = TEXT_METHODS.iter().any(|(known, _)| *known == &*name.text)
            || MACROS.iter().any(|(known, _)| *known == &*name.text);
        let help = if is_method {
            Some(format!("`{0}` stands after its value: `….{0}(…)`", name.text))
        } else {
            let known = self.functions.iter().map(|function| function.name);
            did_you_mean(&name.text, known.chain(BUILT_IN))
        };
        self.error(Error::new(name.range.clone(), format!("unknown function `{}`", name.text)).help_maybe(help))
    }

    fn unknown_method(&mut self, receiver: &Node, name: &Word, arguments: &[Node]) -> Typed {
        self.expression(receiver);
        let standalone =
            self.functions.iter().any(|function| *function.name == *name.text) || BUILT_IN.contains(&&*name.text);
        let help = if standalone {
            Some(format!("`{0}` stands before its value: `{0}({1})`", name.text, self.slice(&receiver.range)))
        } else {
            let known = TEXT_METHODS.iter().map(|(known, _)| *known).chain(MACROS.iter().map(|(known, _)| *known));
            did_you_mean(&name.text, known.chain(["size"]))
        };
        // The arguments of something like `list.any(v, …)` may name a variable that nobody knows, so they are not read.
        if standalone {
            self.each(arguments);
        }
        self.error(Error::new(name.range.clone(), format!("unknown method `{}`", name.text)).help_maybe(help))
    }

    fn looped(&mut self, kind: LoopKind, receiver: &Node, name: &Word, arguments: &[Node], node: &Node) -> Typed {
        let (range, checked) = self.expression(receiver);
        let [variable, body] = arguments else {
            if kind == LoopKind::Map && arguments.len() == 3 {
                let error = Error::new(node.range.clone(), "`map` with a condition is not part of the subset");
                return self.error(error.help("write `filter(v, …).map(v, …)`"));
            }
            let message = format!("`{}` takes a variable and an expression", name.text);
            return self
                .error(Error::new(node.range.clone(), message).help(format!("it is `list.{}(v, …)`", name.text)));
        };
        let NodeKind::Name(bound) = &variable.kind else {
            let message = format!("`{}` needs a plain name for its variable", name.text);
            return self.error(Error::new(variable.range.clone(), message));
        };
        let element = match &checked.of {
            None => None,
            Some(Type::List(element)) => Some((**element).clone()),
            Some(Type::Map(_)) => Some(Type::Text),
            Some(Type::Any) => Some(Type::Any),
            Some(other @ (Type::Bool | Type::Int | Type::Text | Type::Record(_))) => {
                let message = format!("`{}` needs a list or a map, but this is {}", name.text, other.phrase());
                self.error(Error::new(receiver.range.clone(), message));
                None
            }
        };
        let taken = self.variables.iter().any(|(known, _)| **known == **bound)
            || self.locals.iter().any(|local| local.name == *bound);
        if taken {
            let message = format!("`{bound}` is already the name of something else");
            self.error(Error::new(variable.range.clone(), message).help("choose another name for the variable"));
        }
        // The keys of a map are not values of the map's field.
        let origin = if matches!(checked.of, Some(Type::List(_))) { checked.origin.clone() } else { None };
        let variable = Checked { of: element, origin, path: range.source().cloned() };
        let body = self.body(kind, name, Local { name: bound.clone(), checked: variable }, body);
        let plan = |body| Plan::Loop(Box::new(Loop { kind, range, body }));
        match (kind, body) {
            (LoopKind::All | LoopKind::Exists | LoopKind::ExistsOne, (body, _)) => typed(plan(body), Type::Bool),
            (LoopKind::Filter, (body, _)) => {
                let of = match checked.of {
                    Some(Type::Map(_)) => Some(Type::list(Type::Text)),
                    of => of,
                };
                let plan = plan(body);
                let path = plan.source().cloned();
                (plan, Checked { of, origin: checked.origin, path })
            }
            (LoopKind::Map, (body, Checked { of, origin, .. })) => {
                let plan = plan(body);
                let path = plan.source().cloned();
                (plan, Checked { of: of.map(Type::list), origin, path })
            }
        }
    }

    fn body(&mut self, kind: LoopKind, name: &Word, variable: Local, body: &Node) -> Typed {
        self.locals.push(variable);
        let body = if kind == LoopKind::Map {
            self.expression(body)
        } else {
            (self.expected(body, &Type::Bool, &format!("`{}`", name.text)), Checked::default())
        };
        self.locals.pop();
        body
    }
}
