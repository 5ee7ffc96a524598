//! The checked tree: names resolved, types known, quantifiers explicit. No text
//! of a rule is left in it. Both engines read it; `check` alone builds it.

use std::sync::Arc;

use crate::references::References;
use crate::strftime::Strftime;

/// A checked condition. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Predicate {
    pub(crate) root: Arc<Node>,
    pub(crate) references: Arc<References>,
}

impl Predicate {
    /// What it reads of the request, and whether it reads other records.
    pub fn references(&self) -> &References {
        &self.references
    }

    /// Whether it holds of everything (`true`) or of nothing (`false`), if so.
    pub fn constant(&self) -> Option<bool> {
        match *self.root {
            Node::Const(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn new(root: Node) -> Self {
        Self {
            references: Arc::new(References::of(&root)),
            root: Arc::new(root),
        }
    }
}

/// A condition. Every form is two-valued.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Const(bool),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    /// False where either side is absent.
    Compare {
        test: Test,
        left: Scalar,
        right: Scalar,
    },
    /// The text matches a pattern that the rule holds. False where absent.
    Like {
        text: Scalar,
        pattern: Pattern,
    },
    Unset(Scalar),
    /// The value is one of these literals. False where absent.
    Among {
        left: Scalar,
        list: Vec<Literal>,
    },
    /// The value is that field's in some record of the collection that the filter
    /// holds of. False where absent.
    InSelect {
        left: Scalar,
        rows: Rows,
        column: Column,
        filter: Box<Node>,
    },
    /// The body holds of some item of the source; of one absent item where the
    /// source has none.
    Exists {
        var: VarId,
        source: Source,
        body: Box<Node>,
    },
    /// The request has it, whatever its value.
    IsSet(Fact),
    /// The after-image's value differs from the stored one.
    Changed(String),
}

/// What a comparison asks; the others are made of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    Equal,
    Less,
    LessOrEqual,
    /// The left text contains the right one; ASCII case does not count.
    Contains,
    StartsWith,
    EndsWith,
}

/// The name of an item that `Exists` or `InSelect` binds.
pub(crate) type VarId = u32;

/// The types of scalars. An empty text or date is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Text,
    Number,
    Bool,
    Date,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number(f64),
    Bool(bool),
}

/// A value: one or absent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Absent,
    Literal(Literal),
    Column {
        row: Row,
        column: Column,
    },
    /// An item of a list, bound by `Exists`.
    Item {
        var: VarId,
        kind: Kind,
    },
    Fact {
        fact: Fact,
        kind: Kind,
    },
    Call {
        function: Function,
        /// As many as the function takes.
        arguments: Vec<Scalar>,
    },
    /// How many items a list has.
    Count(List),
    /// Whether the condition holds, as a bool.
    Truth(Box<Node>),
}

/// Functions of scalars. But for `Length` none has a value where an argument is
/// absent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Function {
    /// ASCII letters only.
    Lower,
    /// ASCII letters only.
    Upper,
    /// Code points of a text; none where absent.
    Length,
    /// What a format says of a date.
    Strftime(Arc<Strftime>),
    /// Kilometres between two points: `lonA, latA, lonB, latB`.
    Distance,
}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Row {
    /// The stored document.
    Old,
    /// The document as it would be stored.
    New,
    /// A record that `Exists` or `InSelect` binds.
    Var(VarId),
    /// A record found by its id.
    Lookup(Box<Lookup>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lookup {
    pub id: Scalar,
    pub collection: String,
    pub guard: Guard,
}

/// What must hold of a record (as its own `Old`) for it, or a field of it, to be
/// there.
pub(crate) type Guard = Option<Arc<Node>>;

/// A field of a record, and how it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub name: String,
    pub kind: Kind,
    pub storage: Storage,
    /// Whether its value is there for this reader.
    pub guard: Guard,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Storage {
    /// A typed column; unset is NULL or the empty text.
    Plain,
    /// A single relation; unset is NULL alone.
    Reference,
    /// JSON text: the value at these keys, if it is of the column's kind.
    Json(Vec<String>),
}

/// Many scalars.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum List {
    Column {
        row: Row,
        name: String,
        /// Whether it is there for this reader, or empty.
        guard: Guard,
    },
    Fact(Fact),
}

/// What `Exists` goes through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Items(List),
    Rows { rows: Rows, link: Link },
}

/// Records of a collection, bound one by one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rows {
    pub var: VarId,
    pub collection: String,
    pub guard: Guard,
}

/// Which records of the collection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Link {
    /// Those whose ids are listed.
    Listed(List),
    /// Those whose relation field refers to this id.
    Back {
        field: String,
        many: bool,
        id: Scalar,
    },
    /// All of them.
    Whole,
}

/// Something that the request says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fact {
    AuthId,
    /// The caller's id, if they are of that collection.
    AuthIdIn(String),
    AuthCollectionName,
    /// The id of the caller's collection: names and ids of all auth collections.
    AuthCollectionId(Vec<(String, String)>),
    /// A field of the caller's record, and the keys to follow in its JSON.
    Auth(String, Vec<String>),
    Body(String, Vec<String>),
    Query(String),
    Header(String),
    Method,
    Context,
    Moment(Moment),
}

/// A time counted from the request's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Moment {
    Now,
    Yesterday,
    Tomorrow,
    TodayStart,
    TodayEnd,
    MonthStart,
    MonthEnd,
    YearStart,
    YearEnd,
    Second,
    Minute,
    Hour,
    Weekday,
    Day,
    Month,
    Year,
}

/// A pattern with wildcards, in lower case: what must follow what.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pattern {
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Any text, `%`.
    Gap,
    /// Any one character, `_`.
    One,
    Text(String),
}
