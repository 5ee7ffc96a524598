//! Conditions: connectives, and the stretches in which `?` comparisons of one path
//! speak of the same item (as PocketBase's joins do).

use super::{Binding, Checker};
use crate::diagnostic::Diagnostic;
use crate::fold;
use crate::syntax::{CompareOp, Expr, ExprKind, Operand, OperandKind, Select};
use crate::tree::{Link, Literal, Node, Row, Rows, Scalar, Source, Test};

use super::types::{self, Type, Typed};

impl<'a> Checker<'a> {
    /// A condition with its own shared items: the whole, what is negated, a
    /// subquery's WHERE.
    pub(super) fn region(&mut self, expr: &Expr) -> Node {
        self.regions.push(Vec::new());
        // Flat, so that what speaks of one item is together and the rest is not.
        let node = fold::simplify(self.condition(expr));
        let bindings = self.regions.pop().unwrap_or_default();
        bindings.into_iter().rev().fold(node, |body, binding| {
            fold::bind(binding.var, binding.source, body)
        })
    }

    fn condition(&mut self, expr: &Expr) -> Node {
        match &expr.kind {
            ExprKind::Or(terms) => {
                Node::Any(terms.iter().map(|term| self.condition(term)).collect())
            }
            ExprKind::And(terms) => {
                Node::All(terms.iter().map(|term| self.condition(term)).collect())
            }
            ExprKind::Not(inner) => Node::Not(Box::new(self.region(inner))),
            _ => match self.atom(expr) {
                Ok(node) => node,
                Err(diagnostic) => {
                    self.diagnostics.push(diagnostic);
                    Node::Const(false)
                }
            },
        }
    }

    fn atom(&mut self, expr: &Expr) -> Result<Node, Diagnostic> {
        match &expr.kind {
            ExprKind::Compare {
                op,
                any,
                left,
                right,
            } => self.comparison(*op, *any, left, right),
            ExprKind::IsNull { negated, operand } => {
                let op = if *negated {
                    CompareOp::NotEqual
                } else {
                    CompareOp::Equal
                };
                let null = Operand {
                    span: operand.span,
                    kind: OperandKind::Null,
                };
                self.comparison(op, false, operand, &null)
            }
            ExprKind::In {
                negated,
                left,
                list,
            } => self.among(*negated, left, list),
            ExprKind::InSelect {
                negated,
                left,
                select,
            } => self.in_select(*negated, left, select),
            ExprKind::Test(operand) => self.test(operand),
            ExprKind::Or(_) | ExprKind::And(_) | ExprKind::Not(_) => Ok(self.condition(expr)),
        }
    }

    /// An operand alone: a bool, or a macro that is a condition.
    fn test(&mut self, operand: &Operand) -> Result<Node, Diagnostic> {
        if let OperandKind::Bool(value) = operand.kind {
            return Ok(Node::Const(value));
        }
        if let OperandKind::Call {
            is_macro: true,
            name,
            args,
        } = &operand.kind
        {
            if let Some(declared) = self.app_macro(name) {
                return self.macro_condition(declared, operand.span, args);
            }
            let expanded = self.expand(operand.span, name, args)?;
            // Its `?` comparisons speak of records of their own.
            return Ok(self.region(&expanded));
        }
        let mut local = Vec::new();
        let typed = self.operand(operand, false, &mut local)?;
        if typed.ty != Type::Bool {
            let found = typed.ty.describe();
            return Err(Diagnostic::new(
                operand.span,
                format!("a condition is expected; this is {found}"),
            )
            .hint("compare it with something"));
        }
        let core = Node::Compare {
            test: Test::Equal,
            left: typed.scalar,
            right: Scalar::Literal(Literal::Bool(true)),
        };
        Ok(quantify(core, false, false, local))
    }

    /// `left IN (a, b)`: an equality with each, as far as they are literals one test.
    fn among(
        &mut self,
        negated: bool,
        left: &Operand,
        list: &[Operand],
    ) -> Result<Node, Diagnostic> {
        let mut local = Vec::new();
        let left = self.operand(left, false, &mut local)?;
        let mut literals = Vec::new();
        let mut terms = Vec::new();
        for item in list {
            let mut items = Vec::new();
            let right = self.operand(item, true, &mut items)?;
            if !items.is_empty() {
                return Err(Diagnostic::new(item.span, "this stands for many values")
                    .hint("compare with ?= for any of them"));
            }
            match self.equality(&left, right)? {
                Node::Compare {
                    right: Scalar::Literal(literal),
                    ..
                } => literals.push(literal),
                term => terms.push(term),
            }
        }
        if !literals.is_empty() {
            // Whatever the literals are, the left side was settled to their kind.
            let mut scalar = left.scalar.clone();
            if let (Type::Unknown, Some(first)) = (&left.ty, literals.first()) {
                types::settle(&mut scalar, fold::literal_kind(first));
                let kind = fold::literal_kind(first);
                if literals.iter().any(|l| fold::literal_kind(l) != kind) {
                    return Err(Diagnostic::new(
                        left.span,
                        "the values of this list are of several types",
                    ));
                }
            }
            terms.push(Node::Among {
                left: scalar,
                list: literals,
            });
        }
        Ok(quantify(
            fold::simplify(Node::Any(terms)),
            negated,
            false,
            local,
        ))
    }

    fn in_select(
        &mut self,
        negated: bool,
        left: &Operand,
        select: &Select,
    ) -> Result<Node, Diagnostic> {
        let mut local = Vec::new();
        let left = self.operand(left, false, &mut local)?;
        let collection = self.collection(&select.collection)?;
        let var = self.new_var();
        let rows = Rows {
            var,
            collection: collection.name.clone(),
            guard: self.guard(&collection.name),
        };
        let (right, items) = self.selected(&Row::Var(var), collection, &select.field)?;
        let (left, right) = self.unify(left, right, true)?;
        let outer = self.scope.replace((Row::Var(var), collection));
        let filter = match &select.filter {
            Some(filter) => fold::simplify(self.region(filter)),
            None => Node::Const(true),
        };
        self.scope = outer;
        let core = match (right.scalar, items) {
            (Scalar::Column { column, .. }, None) => Node::InSelect {
                left: left.scalar,
                rows,
                column,
                filter: Box::new(filter),
            },
            // A list: some record has the value among its items.
            (scalar, Some(items)) => {
                let equal = Node::Compare {
                    test: Test::Equal,
                    left: left.scalar,
                    right: scalar,
                };
                let has = Node::Exists {
                    var: items.var,
                    source: items.source,
                    body: Box::new(equal),
                };
                Node::Exists {
                    var,
                    source: Source::Rows {
                        rows,
                        link: Link::Whole,
                    },
                    body: Box::new(Node::All(vec![filter, has])),
                }
            }
            _ => {
                return Err(Diagnostic::new(
                    select.field.span,
                    "a subquery gives one plain field",
                ));
            }
        };
        Ok(quantify(fold::simplify(core), negated, false, local))
    }

    /// One equality inside `IN`.
    fn equality(&mut self, left: &Typed, right: Typed) -> Result<Node, Diagnostic> {
        if right.is_unset_literal() {
            return self.unset(left);
        }
        let (left, right) = self.unify(left.clone(), right, true)?;
        Ok(Node::Compare {
            test: Test::Equal,
            left: left.scalar,
            right: right.scalar,
        })
    }
}

/// A comparison about every item of its paths, or with `any` about one of them;
/// `negated` negates it for each item.
pub(super) fn quantify(core: Node, negated: bool, any: bool, local: Vec<Binding>) -> Node {
    let not = |node| Node::Not(Box::new(node));
    let exists = |body| {
        local
            .into_iter()
            .rev()
            .fold(body, |body, binding| Node::Exists {
                var: binding.var,
                source: binding.source,
                body: Box::new(body),
            })
    };
    match (negated, any) {
        (false, true) => exists(core),
        (true, true) => exists(not(core)),
        (true, false) => not(exists(core)),
        (false, false) => not(exists(not(core))),
    }
}
