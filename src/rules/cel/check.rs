//! The type checker: from the syntax tree to a plan, or to every mistake that can be told apart.

use std::ops::Range;
use std::sync::Arc;

use super::names::Origin;
use super::plan::{Plan, Strict};
use super::syntax::{Node, NodeKind, Operator};
use super::types::{Call, Error, Function, Schema, Type};
use crate::effective::{Datum, Fact, List, Provenance};

/// What checking knows and collects.
pub(super) struct Checker<'c> {
    pub text: &'c str,
    pub variables: &'c [(&'c str, Type)],
    pub schema: &'c dyn Schema,
    pub functions: &'static [Function],
    /// The variables of the enclosing macros, the outermost first.
    pub locals: Vec<Local>,
    pub errors: Vec<Error>,
    /// The paths mentioned so far.
    pub mentions: Vec<String>,
    /// The calls with arguments that are written out.
    pub calls: Vec<Call>,
    /// The dated tables that fields come from.
    pub tables: Vec<Arc<str>>,
}

/// The variable of a macro.
pub(super) struct Local {
    pub name: Arc<str>,
    pub checked: Checked,
}

/// What is known of an expression. No type: it is wrong and was reported; nothing more is said about it.
#[derive(Debug, Clone, Default)]
pub(super) struct Checked {
    pub of: Option<Type>,
    /// The field of the vocabulary that the value, or its elements, come from.
    pub origin: Option<Origin>,
    /// The path of the value, or of the list that it is an element of.
    pub path: Option<Arc<str>>,
}

pub(super) type Typed = (Plan, Checked);

/// Stands where a mistake was reported; such a plan is never evaluated.
pub(super) fn wrong() -> Typed {
    (Plan::Constant(Datum::Bool(false)), Checked::default())
}

pub(super) fn typed(plan: Plan, of: Type) -> Typed {
    (plan, Checked { of: Some(of), ..Checked::default() })
}

/// A list literal; one of constants only is made once rather than at each evaluation.
fn listed(plans: Vec<Plan>) -> Plan {
    let constants: Option<Vec<Fact>> = plans
        .iter()
        .map(|plan| match plan {
            Plan::Constant(datum) => Some(Fact::known(datum.clone(), Provenance::default())),
            _ => None,
        })
        .collect();
    match constants {
        Some(items) => Plan::Constant(Datum::List(List::complete(items))),
        None => Plan::List(plans),
    }
}

impl Checker<'_> {
    pub(super) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    pub(super) fn error(&mut self, error: Error) -> Typed {
        self.errors.push(error);
        wrong()
    }

    pub(super) fn expression(&mut self, node: &Node) -> Typed {
        match &node.kind {
            NodeKind::Invalid => wrong(),
            NodeKind::Bool(value) => typed(Plan::Constant(Datum::Bool(*value)), Type::Bool),
            NodeKind::Int(value) => typed(Plan::Constant(Datum::Int(*value)), Type::Int),
            NodeKind::Text(value) => typed(Plan::Constant(Datum::Text(value.clone())), Type::Text),
            NodeKind::List(items) => self.list(items),
            NodeKind::Name(_) | NodeKind::Select(..) | NodeKind::Index(..) => {
                let (place, checked) = self.place(node);
                if let Some(path) = &place.path
                    && checked.of.is_some()
                    && !self.mentions.iter().any(|known| **known == **path)
                {
                    self.mentions.push(path.to_string());
                }
                (Plan::Place(place), checked)
            }
            NodeKind::Call(name, arguments) => self.call(name, arguments, node),
            NodeKind::Method(receiver, name, arguments) => self.method(receiver, name, arguments, node),
            NodeKind::Not(inner) => {
                let plan = self.expected(inner, &Type::Bool, "`!`");
                typed(Plan::Not(Box::new(plan)), Type::Bool)
            }
            NodeKind::Negate(inner) => {
                let plan = self.expected(inner, &Type::Int, "`-`");
                typed(Plan::Negate(Box::new(plan)), Type::Int)
            }
            NodeKind::And(parts) => self.logic(parts, false),
            NodeKind::Or(parts) => self.logic(parts, true),
            NodeKind::Binary(operator, left, right) => self.binary(*operator, left, right, node),
            NodeKind::Choice(condition, yes, no) => self.choice(condition, yes, no, node),
        }
    }

    /// Checks an expression that must have a type; `user` says what needs it.
    pub(super) fn expected(&mut self, node: &Node, wanted: &Type, user: &str) -> Plan {
        let (plan, checked) = self.expression(node);
        if let Some(found) = &checked.of
            && found.unify(wanted).is_none()
        {
            let message = format!("{user} needs {}, but this is {}", wanted.phrase(), found.phrase());
            let help = match (found, wanted) {
                (Type::List(_), Type::Bool) => Some("`size(…) > 0` tells whether a list has elements"),
                (Type::Text, Type::Bool) => Some("`!blank(…)` tells whether a text is set and not empty"),
                (Type::List(_), Type::Int) => Some("`size(…)` is the number of elements"),
                (Type::List(_), Type::Text) => Some("`exists(…)` looks at each element of a list"),
                _ => None,
            };
            self.error(Error::new(node.range.clone(), message).help_maybe(help.map(String::from)));
        }
        plan
    }

    fn list(&mut self, items: &[Node]) -> Typed {
        let mut element = Some(Type::Any);
        let mut plans = Vec::with_capacity(items.len());
        for item in items {
            let (plan, checked) = self.expression(item);
            plans.push(plan);
            let (Some(so_far), Some(found)) = (element.take(), checked.of) else { continue };
            element = so_far.unify(&found);
            if element.is_none() {
                let message = format!("a list cannot hold {} beside {}", found.phrase(), so_far.phrase());
                self.error(Error::new(item.range.clone(), message));
            }
        }
        (listed(plans), Checked { of: element.map(Type::list), ..Checked::default() })
    }

    fn logic(&mut self, parts: &[Node], absorbing: bool) -> Typed {
        let sign = if absorbing { "`||`" } else { "`&&`" };
        let operands = parts.iter().map(|part| self.expected(part, &Type::Bool, sign)).collect();
        typed(Plan::Logic { absorbing, operands }, Type::Bool)
    }

    fn choice(&mut self, condition: &Node, yes: &Node, no: &Node, node: &Node) -> Typed {
        let condition = self.expected(condition, &Type::Bool, "the condition of `? :`");
        let (yes, yes_checked) = self.expression(yes);
        let (no, no_checked) = self.expression(no);
        let plan = Plan::Choice(Box::new([condition, yes, no]));
        let (Some(left), Some(right)) = (&yes_checked.of, &no_checked.of) else { return wrong() };
        if let Some(of) = left.unify(right) {
            return typed(plan, of);
        }
        let message = format!(
            "both branches of `? :` must have the same type, but one is {} and the other {}",
            left.phrase(),
            right.phrase()
        );
        self.error(Error::new(node.range.clone(), message))
    }

    fn binary(&mut self, operator: Operator, left: &Node, right: &Node, node: &Node) -> Typed {
        let strict = match operator {
            Operator::Equal => return self.equality(Strict::Equal, left, right, node),
            Operator::Unequal => return self.equality(Strict::Unequal, left, right, node),
            Operator::In => return self.membership(left, right, node),
            Operator::Plus => return self.plus(left, right, node),
            Operator::Less => return self.order(Strict::Less, left, right, node),
            Operator::AtMost => return self.order(Strict::AtMost, left, right, node),
            Operator::More => return self.order(Strict::More, left, right, node),
            Operator::AtLeast => return self.order(Strict::AtLeast, left, right, node),
            Operator::Minus => Strict::Minus,
            Operator::Times => Strict::Times,
            Operator::Divide => Strict::Divide,
            Operator::Remainder => Strict::Remainder,
        };
        let user = format!("`{}`", operator.sign());
        let left = self.expected(left, &Type::Int, &user);
        let right = self.expected(right, &Type::Int, &user);
        typed(Plan::Strict(strict, Box::new([left, right])), Type::Int)
    }

    fn equality(&mut self, strict: Strict, left: &Node, right: &Node, node: &Node) -> Typed {
        let (left_plan, left_checked) = self.expression(left);
        let (right_plan, right_checked) = self.expression(right);
        if let (Some(a), Some(b)) = (&left_checked.of, &right_checked.of)
            && a.unify(b).is_none()
        {
            let message = format!("{} cannot be compared with {}", a.phrase(), b.phrase());
            let help = match (a, b) {
                (Type::List(_), Type::Int) | (Type::Int, Type::List(_)) => {
                    Some("`size(…)` is the number of elements".to_string())
                }
                (Type::List(element), scalar) if element.unify(scalar).is_some() => {
                    Some(format!("write `{} in {}`", self.slice(&right.range), self.slice(&left.range)))
                }
                (scalar, Type::List(element)) if element.unify(scalar).is_some() => {
                    Some(format!("write `{} in {}`", self.slice(&left.range), self.slice(&right.range)))
                }
                _ => None,
            };
            self.error(Error::new(node.range.clone(), message).help_maybe(help));
        }
        self.members(&left_checked, right);
        self.members(&right_checked, left);
        typed(Plan::Strict(strict, Box::new([left_plan, right_plan])), Type::Bool)
    }

    fn membership(&mut self, left: &Node, right: &Node, node: &Node) -> Typed {
        let (left_plan, left_checked) = self.expression(left);
        let (right_plan, right_checked) = self.expression(right);
        self.members(&left_checked, right);
        self.members(&right_checked, left);
        let sides = Box::new([left_plan, right_plan]);
        let (Some(element), Some(range)) = (&left_checked.of, &right_checked.of) else {
            return typed(Plan::Element(sides), Type::Bool);
        };
        match range {
            Type::List(known) if known.unify(element).is_some() => typed(Plan::Element(sides), Type::Bool),
            Type::Any => typed(Plan::Element(sides), Type::Bool),
            Type::Map(_) if element.unify(&Type::Text).is_some() => typed(Plan::Key(sides), Type::Bool),
            Type::List(_) | Type::Map(_) => {
                let message = format!("{} cannot hold {}", range.phrase(), element.phrase());
                self.error(Error::new(node.range.clone(), message))
            }
            _ => {
                let help = (*range == Type::Text).then(|| "`contains` looks for a text in a text".to_string());
                let message = format!("`in` needs a list or a map on its right, but this is {}", range.phrase());
                self.error(Error::new(right.range.clone(), message).help_maybe(help))
            }
        }
    }

    fn plus(&mut self, left: &Node, right: &Node, node: &Node) -> Typed {
        let (left_plan, left_checked) = self.expression(left);
        let (right_plan, right_checked) = self.expression(right);
        let sides = Box::new([left_plan, right_plan]);
        let (Some(a), Some(b)) = (&left_checked.of, &right_checked.of) else { return wrong() };
        match a.unify(b) {
            Some(of @ (Type::Int | Type::Any)) => typed(Plan::Strict(Strict::Plus, sides), of),
            Some(of @ Type::Text) => typed(Plan::Strict(Strict::Join, sides), of),
            Some(of @ Type::List(_)) => typed(Plan::Concat(sides), of),
            _ => {
                let message = format!("`+` cannot join {} and {}", a.phrase(), b.phrase());
                self.error(Error::new(node.range.clone(), message))
            }
        }
    }

    fn order(&mut self, strict: Strict, left: &Node, right: &Node, node: &Node) -> Typed {
        let (left_plan, left_checked) = self.expression(left);
        let (right_plan, right_checked) = self.expression(right);
        if let (Some(a), Some(b)) = (&left_checked.of, &right_checked.of)
            && !matches!(a.unify(b), Some(Type::Int | Type::Text | Type::Any))
        {
            let message = format!("{} and {} have no order; two numbers or two texts do", a.phrase(), b.phrase());
            let help = matches!((a, b), (Type::List(_), Type::Int) | (Type::Int, Type::List(_)))
                .then(|| "`size(…)` is the number of elements".to_string());
            self.error(Error::new(node.range.clone(), message).help_maybe(help));
        }
        typed(Plan::Strict(strict, Box::new([left_plan, right_plan])), Type::Bool)
    }
}
