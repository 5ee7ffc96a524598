//! The text of a rule and the tree it stands for, before names mean anything.
//!
//! `parse` bounds length and nesting; `Display` prints a tree so that parsing it
//! again gives an equal one. Types, names and schemas are `check`'s.

mod parse;
mod print;
mod token;

pub use parse::parse;
pub(crate) use print::number;

use crate::diagnostic::Span;

/// The longest text that is read, in bytes.
pub const MAX_LENGTH: usize = 10_000;
/// How deep parentheses, `!`, calls and subqueries may nest.
pub const MAX_DEPTH: usize = 32;

/// A condition. Two are equal when they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub kind: ExprKind,
}

/// The forms of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `a || b || c`
    Or(Vec<Expr>),
    /// `a && b && c`
    And(Vec<Expr>),
    /// `!a`
    Not(Box<Expr>),
    /// `a = b`; with `any`, `a ?= b`.
    Compare {
        /// The operator.
        op: CompareOp,
        /// Whether one of many values is enough.
        any: bool,
        /// What stands before it.
        left: Operand,
        /// What stands after it.
        right: Operand,
    },
    /// `a IN (b, c)`
    In {
        /// `NOT IN`.
        negated: bool,
        /// What is looked for.
        left: Operand,
        /// Among what.
        list: Vec<Operand>,
    },
    /// `a IN (SELECT field FROM collection WHERE filter)`
    InSelect {
        /// `NOT IN`.
        negated: bool,
        /// What is looked for.
        left: Operand,
        /// Among what.
        select: Box<Select>,
    },
    /// `a IS NULL`
    IsNull {
        /// `IS NOT NULL`.
        negated: bool,
        /// What is asked about.
        operand: Operand,
    },
    /// An operand alone: a bool field, `true`, a macro.
    Test(Operand),
}

/// `SELECT field FROM collection WHERE filter`: one column, one collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// The field whose values are looked through.
    pub field: Name,
    /// Where it is.
    pub collection: Name,
    /// Which of its records count.
    pub filter: Option<Expr>,
}

/// A value in a comparison. Equal when they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Operand {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: OperandKind,
}

/// The forms of an operand.
#[derive(Clone, Debug, PartialEq)]
pub enum OperandKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `5`, `-0.5`
    Number(f64),
    /// `"text"`
    Text(String),
    /// `author.name`, `@request.auth.id`, `@now`
    Path(Path),
    /// `lower(title)`, `@has_role("editor")`
    Call {
        /// Whether it is written with `@`.
        is_macro: bool,
        /// What is called.
        name: Name,
        /// With what.
        args: Vec<Operand>,
    },
}

/// Names joined by dots.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Whether it is written with `@`.
    pub at: bool,
    /// At least one.
    pub segments: Vec<Segment>,
}

/// One name of a path, with what follows it after colons.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The name.
    pub name: Name,
    /// `:lower`, `:each`.
    pub modifiers: Vec<Name>,
}

/// A name and where it stands. Equal when the name is.
#[derive(Clone, Debug)]
pub struct Name {
    /// Where it stands.
    pub span: Span,
    /// The name.
    pub text: String,
}

/// How two operands are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `~`
    Contains,
    /// `!~`
    NotContains,
    /// `^`
    StartsWith,
    /// `$`
    EndsWith,
}

impl CompareOp {
    /// All of them, longer ones before those that they start with.
    pub const ALL: [CompareOp; 10] = [
        Self::NotEqual,
        Self::NotContains,
        Self::LessOrEqual,
        Self::GreaterOrEqual,
        Self::Equal,
        Self::Less,
        Self::Greater,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
    ];

    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Contains => "~",
            Self::NotContains => "!~",
            Self::StartsWith => "^",
            Self::EndsWith => "$",
        }
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
