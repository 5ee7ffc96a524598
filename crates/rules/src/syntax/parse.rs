//! Tokens to tree, by recursive descent. Every recursion is counted, so that no
//! text can exhaust the stack.

use super::token::{Token, TokenKind, tokenize};
use super::{
    CompareOp, Expr, ExprKind, MAX_DEPTH, MAX_LENGTH, Name, Operand, OperandKind, Path, Segment,
    Select,
};
use crate::diagnostic::{Diagnostic, Span};

/// The tree that a text stands for.
pub fn parse(text: &str) -> Result<Expr, Diagnostic> {
    if text.len() > MAX_LENGTH {
        let span = Span {
            start: 0,
            end: text.len(),
        };
        return Err(Diagnostic::new(
            span,
            format!("{} bytes long; at most {MAX_LENGTH} are read", text.len()),
        ));
    }
    let mut parser = Parser {
        tokens: tokenize(text)?,
        at: 0,
        depth: 0,
    };
    if parser.peek() == &TokenKind::End {
        return Err(
            Diagnostic::new(parser.span(), "there is no condition here").hint(
                "`true` lets everybody in, `false` nobody; leave the rule out to refuse everybody",
            ),
        );
    }
    let expr = parser.either()?;
    match parser.peek() {
        TokenKind::End => Ok(expr),
        TokenKind::Close => Err(parser.wrong("this `)` closes nothing")),
        _ => Err(parser.wrong("expected `&&`, `||` or the end")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, Diagnostic>;

impl Parser {
    fn peek(&self) -> &TokenKind {
        self.tokens
            .get(self.at)
            .map_or(&TokenKind::End, |token| &token.kind)
    }

    /// Where the next token stands.
    fn span(&self) -> Span {
        let last = self.tokens.last().map(|token| token.span);
        let next = self.tokens.get(self.at).map(|token| token.span);
        next.or(last).unwrap_or(Span { start: 0, end: 0 })
    }

    /// Where the token before stands.
    fn last_span(&self) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or_else(|| self.span(), |token| token.span)
    }

    fn wrong(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.span(), message)
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let found = self.peek() == kind && kind != &TokenKind::End;
        self.at += usize::from(found);
        found
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        self.at += usize::from(found);
        found
    }

    fn need(&mut self, kind: &TokenKind, what: &str) -> Parsed<()> {
        if self.take(kind) {
            return Ok(());
        }
        Err(self.wrong(format!("expected {what}")))
    }

    fn need_keyword(&mut self, keyword: &str) -> Parsed<()> {
        if self.take_keyword(keyword) {
            return Ok(());
        }
        Err(self.wrong(format!("expected {keyword}")).hint(SUBQUERY))
    }

    /// Runs `parse` one level deeper.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.wrong(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn either(&mut self) -> Parsed<Expr> {
        let first = self.both()?;
        let mut terms = vec![first];
        while self.take(&TokenKind::Or) || self.take_keyword("OR") {
            terms.push(self.both()?);
        }
        Ok(join(terms, ExprKind::Or))
    }

    fn both(&mut self) -> Parsed<Expr> {
        let first = self.negation()?;
        let mut terms = vec![first];
        while self.take(&TokenKind::And) || self.take_keyword("AND") {
            terms.push(self.negation()?);
        }
        Ok(join(terms, ExprKind::And))
    }

    fn negation(&mut self) -> Parsed<Expr> {
        let start = self.span();
        if self.take(&TokenKind::Not) || self.take_keyword("NOT") {
            // Parentheses right after it are of its level: the printer adds them.
            let inner = self.nested(|parser| match parser.peek() {
                TokenKind::Open => parser.group(),
                _ => parser.negation(),
            })?;
            return Ok(Expr {
                span: start.to(inner.span),
                kind: ExprKind::Not(Box::new(inner)),
            });
        }
        match self.peek() {
            TokenKind::Open => self.nested(Self::group),
            _ => self.comparison(),
        }
    }

    /// A condition in parentheses.
    fn group(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.need(&TokenKind::Open, "`(`")?;
        let mut inner = self.either()?;
        self.need(&TokenKind::Close, "`)` or another condition")?;
        inner.span = start.to(self.last_span());
        Ok(inner)
    }

    fn comparison(&mut self) -> Parsed<Expr> {
        let left = self.operand()?;
        let start = left.span;
        let kind = if let TokenKind::Compare(op, any) = *self.peek() {
            self.at += 1;
            self.refuse_double_operator(op)?;
            let right = self.operand()?;
            ExprKind::Compare {
                op,
                any,
                left,
                right,
            }
        } else if self.take_keyword("IS") {
            let negated = self.take_keyword("NOT");
            if !self.take_keyword("NULL") {
                return Err(self.wrong("expected NULL").hint("compare values with ="));
            }
            ExprKind::IsNull {
                negated,
                operand: left,
            }
        } else if self.is_keyword("NOT") || self.is_keyword("IN") {
            let negated = self.take_keyword("NOT");
            if !self.take_keyword("IN") {
                return Err(self.wrong("expected IN after NOT"));
            }
            self.membership(left, negated)?
        } else if self.is_keyword("LIKE") {
            return Err(self
                .wrong("LIKE is not part of the language")
                .hint("write ~ \"text\", or ~ \"pattern%\""));
        } else if self.is_keyword("BETWEEN") {
            return Err(self
                .wrong("BETWEEN is not part of the language")
                .hint("write a >= low && a <= high"));
        } else {
            ExprKind::Test(left)
        };
        Ok(Expr {
            span: start.to(self.last_span()),
            kind,
        })
    }

    /// `==`, `<>` and their like are two tokens; say what was meant.
    fn refuse_double_operator(&self, op: CompareOp) -> Parsed<()> {
        let TokenKind::Compare(next, _) = *self.peek() else {
            return Ok(());
        };
        let hint = match (op, next) {
            (CompareOp::Equal, CompareOp::Equal) => "write = once",
            (CompareOp::Less, CompareOp::Greater) => "write !=",
            _ => "one comparison at a time",
        };
        Err(self.wrong("a value is expected here").hint(hint))
    }

    fn membership(&mut self, left: Operand, negated: bool) -> Parsed<ExprKind> {
        self.need(&TokenKind::Open, "`(` after IN")?;
        if self.is_keyword("SELECT") {
            let select = Box::new(self.nested(Self::select)?);
            return Ok(ExprKind::InSelect {
                negated,
                left,
                select,
            });
        }
        let list = self.operands("`,` or `)` in the list")?;
        if list.is_empty() {
            return Err(Diagnostic::new(
                self.last_span(),
                "the list after IN is empty",
            ));
        }
        Ok(ExprKind::In {
            negated,
            left,
            list,
        })
    }

    fn select(&mut self) -> Parsed<Select> {
        self.need_keyword("SELECT")?;
        let field = self.name("the field to look through")?;
        if matches!(
            self.peek(),
            TokenKind::Comma | TokenKind::Dot | TokenKind::Open
        ) {
            return Err(self
                .wrong("a subquery gives one plain field")
                .hint(SUBQUERY));
        }
        self.need_keyword("FROM")?;
        let collection = self.name("the name of a collection")?;
        let filter = if self.take_keyword("WHERE") {
            Some(self.either()?)
        } else {
            None
        };
        if !self.take(&TokenKind::Close) {
            return Err(self
                .wrong("expected `)` or WHERE after the subquery")
                .hint(SUBQUERY));
        }
        Ok(Select {
            field,
            collection,
            filter,
        })
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        let span = self.span();
        match self.peek() {
            TokenKind::Word(word) => {
                let text = word.clone();
                self.at += 1;
                Ok(Name { span, text })
            }
            _ => Err(self.wrong(format!("expected {what}"))),
        }
    }

    /// Operands up to `)`, which is taken too.
    fn operands(&mut self, what: &str) -> Parsed<Vec<Operand>> {
        let mut list = Vec::new();
        if self.take(&TokenKind::Close) {
            return Ok(list);
        }
        loop {
            list.push(self.operand()?);
            if self.take(&TokenKind::Close) {
                return Ok(list);
            }
            self.need(&TokenKind::Comma, what)?;
        }
    }

    fn operand(&mut self) -> Parsed<Operand> {
        let span = self.span();
        let kind = match self.peek().clone() {
            TokenKind::Number(value) => OperandKind::Number(value),
            TokenKind::Text(value) => OperandKind::Text(value),
            TokenKind::AtWord(text) => return self.path_or_call(true, Name { span, text }),
            TokenKind::Word(text) => match text.to_ascii_lowercase().as_str() {
                "null" => OperandKind::Null,
                "true" => OperandKind::Bool(true),
                "false" => OperandKind::Bool(false),
                "and" | "or" | "not" | "in" | "is" | "select" => {
                    return Err(self.wrong(format!("a value is expected here, not {text}")));
                }
                _ => return self.path_or_call(false, Name { span, text }),
            },
            TokenKind::Open => {
                return Err(self
                    .wrong("a value is expected here, not a condition in parentheses")
                    .hint("a comparison is between two values"));
            }
            TokenKind::End => return Err(self.wrong("a value is expected here, not the end")),
            _ => return Err(self.wrong("a value is expected here")),
        };
        self.at += 1;
        Ok(Operand { span, kind })
    }

    fn path_or_call(&mut self, at: bool, name: Name) -> Parsed<Operand> {
        let start = name.span;
        self.at += 1;
        if self.take(&TokenKind::Open) {
            let args = self.nested(|parser| parser.operands("`,` or `)` in the arguments"))?;
            return Ok(Operand {
                span: start.to(self.last_span()),
                kind: OperandKind::Call {
                    is_macro: at,
                    name,
                    args,
                },
            });
        }
        let modifiers = self.modifiers()?;
        let mut segments = vec![Segment { name, modifiers }];
        while self.take(&TokenKind::Dot) {
            let name = self.name("a name after `.`")?;
            let modifiers = self.modifiers()?;
            segments.push(Segment { name, modifiers });
        }
        Ok(Operand {
            span: start.to(self.last_span()),
            kind: OperandKind::Path(Path { at, segments }),
        })
    }

    fn modifiers(&mut self) -> Parsed<Vec<Name>> {
        let mut modifiers = Vec::new();
        while self.take(&TokenKind::Colon) {
            modifiers.push(self.name("a modifier after `:`")?);
        }
        Ok(modifiers)
    }
}

const SUBQUERY: &str = "the form is IN (SELECT field FROM collection WHERE condition)";

/// One term stands for itself; several are joined.
fn join(mut terms: Vec<Expr>, kind: impl FnOnce(Vec<Expr>) -> ExprKind) -> Expr {
    let span = match (terms.first(), terms.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span { start: 0, end: 0 },
    };
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        Some(last) => {
            terms.push(last);
            Expr {
                span,
                kind: kind(terms),
            }
        }
        None => Expr {
            span,
            kind: kind(terms),
        },
    }
}
