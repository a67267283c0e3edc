//! From text to tree. Recursion is bounded by [`NESTING_MAX`], so that no file overflows the stack.

use super::{Args, Field, Kind, Node, Range, Tree};
use crate::scenario::limits::NESTING_MAX;

/// Why a text is no tree.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct SyntaxError {
    /// Where.
    pub(in crate::scenario) at: Range,
    /// What is wrong.
    pub(in crate::scenario) what: String,
    /// What to do, if we know.
    pub(in crate::scenario) hint: Option<String>,
}

/// Reads a whole file.
///
/// # Errors
/// At the first place that is not the part of RON that scenarios use.
pub(in crate::scenario) fn parse(text: &str) -> Result<Tree, SyntaxError> {
    let mut parser = Parser { text, at: 0, depth: 0, comments: Vec::new(), last_text: 0..0 };
    parser.skip_blank()?;
    if parser.at == text.len() {
        let hint = "a scenario begins with `(version: 1, title: \"…\", …)`: copy one of the bundled ones";
        return Err(error(parser.at..parser.at, "there is nothing in this file", Some(hint)));
    }
    let root = parser.value()?;
    parser.skip_blank()?;
    if parser.at < text.len() {
        let hint = "the scenario ended before: look for a bracket too many";
        return Err(error(parser.next_span(), "nothing may follow the closing bracket", Some(hint)));
    }
    Ok(Tree { root, comments: parser.comments })
}

/// Reads one value and nothing else, for `--set`.
///
/// # Errors
/// As [`parse`].
pub(in crate::scenario) fn parse_value(text: &str) -> Result<Node, SyntaxError> {
    parse(text).map(|tree| tree.root)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    comments: Vec<Range>,
    /// The text read last, which may have swallowed a few lines too many.
    last_text: Range,
}

type Parsed<T> = Result<T, SyntaxError>;

impl Parser<'_> {
    fn value(&mut self) -> Parsed<Node> {
        let start = self.at;
        let kind = match self.peek() {
            Some('"') => self.string()?,
            Some('[') => self.nested(Self::list)?,
            Some('{') => self.nested(Self::map)?,
            Some('(') => self.nested(|parser| Ok(Kind::Struct { name: None, args: parser.args()? }))?,
            Some(first) if is_word_start(first) => self.nested(Self::named)?,
            Some('0'..='9' | '+' | '-') => self.number()?,
            Some('\'') => {
                return Err(error(self.next_span(), "text stands in double quotes", Some("write \"…\"")));
            }
            Some('.') => return Err(error(self.next_span(), "a number begins with a digit", Some("write 0.5"))),
            Some('#') => {
                let hint = "leave `#![enable(…)]` out: optional values are written without `Some` anyway";
                return Err(error(self.next_span(), "extensions are not needed here", Some(hint)));
            }
            _ => return Err(error(self.next_span(), &format!("expected a value, found {}", self.found()), None)),
        };
        Ok(Node { span: start..self.last_end(start, &kind), kind })
    }

    /// The end of a value that began at `start`; a bare word ends before the blanks after it.
    fn last_end(&self, start: usize, kind: &Kind) -> usize {
        match kind {
            Kind::Struct { name: Some(name), args: Args::None } => start + name.len(),
            _ => self.at,
        }
    }

    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<Kind>) -> Parsed<Kind> {
        if self.depth == NESTING_MAX {
            let what = format!("brackets are nested deeper than {NESTING_MAX}, the limit NESTING_MAX");
            return Err(error(self.next_span(), &what, Some("no scenario needs that: look for a bracket too many")));
        }
        self.depth += 1;
        let kind = inner(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn list(&mut self) -> Parsed<Kind> {
        let open = self.open();
        let mut nodes = Vec::new();
        while !self.closes(']', open)? {
            nodes.push(self.value()?);
            self.separator(']', open)?;
        }
        Ok(Kind::List(nodes))
    }

    fn map(&mut self) -> Parsed<Kind> {
        let open = self.open();
        let mut fields = Vec::new();
        while !self.closes('}', open)? {
            let start = self.at;
            if self.peek() != Some('"') {
                let what = format!("expected a name in double quotes, found {}", self.found());
                return Err(error(self.next_span(), &what, Some("in {…} write \"name\": (…)")));
            }
            let Kind::Text { value: name, .. } = self.string()? else { unreachable!("a string is text") };
            let name_span = start..self.at;
            self.colon()?;
            fields.push(Field { name, name_span, value: self.value()? });
            self.separator('}', open)?;
        }
        Ok(Kind::Map(fields))
    }

    /// `Name` or `Name(…)`.
    fn named(&mut self) -> Parsed<Kind> {
        let name = self.word();
        let end = self.at;
        self.skip_blank()?;
        let args = if self.peek() == Some('(') {
            self.args()?
        } else {
            self.at = end;
            Args::None
        };
        Ok(Kind::Struct { name: Some(name), args })
    }

    /// `(a, b)` or `(x: a, y: b)`, not a mixture.
    fn args(&mut self) -> Parsed<Args> {
        let open = self.open();
        let (mut nodes, mut fields) = (Vec::new(), Vec::new());
        while !self.closes(')', open)? {
            let start = self.at;
            let label = self.label()?;
            let (mixed, found) = match &label {
                Some(_) => (!nodes.is_empty(), "a name"),
                None => (!fields.is_empty(), "a value without a name"),
            };
            if mixed {
                let what = format!("{found} in brackets where the values before it are given the other way");
                let hint = "name every value, as in `Resize(pool: \"api\", group: 1, cores: 8)`, or none";
                return Err(error(start..self.at.max(start + 1), &what, Some(hint)));
            }
            match label {
                Some((name, name_span)) => fields.push(Field { name, name_span, value: self.value()? }),
                None => nodes.push(self.value()?),
            }
            self.separator(')', open)?;
        }
        Ok(if fields.is_empty() { Args::Positional(nodes) } else { Args::Named(fields) })
    }

    /// `name:` if that is what comes next; otherwise nothing is taken.
    fn label(&mut self) -> Parsed<Option<(String, Range)>> {
        if !self.peek().is_some_and(is_word_start) {
            return Ok(None);
        }
        let (start, comments) = (self.at, self.comments.len());
        let name = self.word();
        let span = start..self.at;
        self.skip_blank()?;
        match self.peek() {
            Some(':') => {
                self.colon()?;
                Ok(Some((name, span)))
            }
            Some('=') => {
                let hint = format!("write `{name}: …`");
                Err(error(self.next_span(), "expected `:` after a name, found `=`", Some(&hint)))
            }
            _ => {
                self.at = start;
                self.comments.truncate(comments);
                Ok(None)
            }
        }
    }

    fn string(&mut self) -> Parsed<Kind> {
        let start = self.at;
        self.at += 1;
        let (mut value, mut plain) = (String::new(), true);
        loop {
            let at = self.at;
            let Some(next) = self.bump() else {
                let line_end = self.text[start..].find('\n').map_or(self.text.len(), |len| start + len);
                return Err(error(start..line_end, "this text is never closed", Some("end it with `\"`")));
            };
            match next {
                '"' => {
                    self.last_text = start..self.at;
                    return Ok(Kind::Text { value, plain });
                }
                '\\' => {
                    plain = false;
                    value.push(self.escape(at)?);
                }
                other => value.push(other),
            }
        }
    }

    fn escape(&mut self, start: usize) -> Parsed<char> {
        let known = match self.bump() {
            Some('"') => Some('"'),
            Some('\\') => Some('\\'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => self.unicode(),
            _ => None,
        };
        let hint = "known are \\\" \\\\ \\n \\r \\t and \\u{1F600}";
        known.ok_or_else(|| error(start..self.at, "unknown escape in a text", Some(hint)))
    }

    /// `{1F600}`: one to six hexadecimal digits.
    fn unicode(&mut self) -> Option<char> {
        let rest = self.text[self.at..].strip_prefix('{')?;
        let digits = &rest[..rest.bytes().take_while(u8::is_ascii_hexdigit).count()];
        if !rest[digits.len()..].starts_with('}') || digits.len() > 6 {
            return None;
        }
        self.at += digits.len() + 2;
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    }

    /// A decimal number: sign, digits with underscores between them, fraction, exponent.
    fn number(&mut self) -> Parsed<Kind> {
        let start = self.at;
        if matches!(self.peek(), Some('+' | '-')) {
            self.at += 1;
        }
        let mut right = self.digits();
        if self.peek() == Some('.') {
            self.at += 1;
            right &= self.digits();
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            right &= self.digits();
        }
        let mut hint = "write 1_000, 0.5 or 1e6";
        if self.peek().is_some_and(|next| next.is_alphanumeric() || next == '%') {
            (right, hint) = (false, "a quantity with a unit stands in double quotes: \"80ms\", \"64MiB\"");
            while self.peek().is_some_and(|next| next.is_alphanumeric() || next == '%') {
                self.bump();
            }
        }
        if !right {
            return Err(error(start..self.at, "this is not a number", Some(hint)));
        }
        Ok(Kind::Number(self.text[start..self.at].replace('_', "")))
    }

    /// Digits with single underscores between them; whether there were any and all was well.
    fn digits(&mut self) -> bool {
        let run = self.text[self.at..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'_').count();
        let digits = &self.text[self.at..self.at + run];
        self.at += run;
        !(digits.is_empty() || digits.starts_with('_') || digits.ends_with('_') || digits.contains("__"))
    }

    fn word(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(|next| is_word_start(next) || next.is_ascii_digit()) {
            self.at += 1;
        }
        self.text[start..self.at].to_owned()
    }

    /// Takes an opening bracket; returns where it stood.
    fn open(&mut self) -> usize {
        self.at += 1;
        self.at - 1
    }

    fn closes(&mut self, close: char, open: usize) -> Parsed<bool> {
        self.skip_blank()?;
        match self.peek() {
            Some(next) if next == close => {
                self.at += 1;
                Ok(true)
            }
            None => {
                let what = format!("this `{}` is never closed", &self.text[open..=open]);
                let hint = format!("a `{close}` is missing");
                Err(error(open..open + 1, &what, Some(&hint)))
            }
            Some(_) => Ok(false),
        }
    }

    /// A comma, unless the closing bracket follows.
    fn separator(&mut self, close: char, open: usize) -> Parsed<()> {
        let value_end = self.at;
        self.skip_blank()?;
        match self.peek() {
            Some(',') => {
                self.at += 1;
                Ok(())
            }
            Some(next) if next == close => Ok(()),
            None => self.closes(close, open).map(|_| ()),
            Some(_) => {
                let what = format!("expected `,` or `{close}`, found {}", self.found());
                let text = &self.text[self.last_text.clone()];
                let hint = if self.last_text.end == value_end && text.contains('\n') {
                    format!(
                        "the text that begins in line {} may lack its closing `\"`",
                        self.line(self.last_text.start)
                    )
                } else {
                    format!("the `{}` of line {} is still open here", &self.text[open..=open], self.line(open))
                };
                Err(error(self.next_span(), &what, Some(&hint)))
            }
        }
    }

    fn colon(&mut self) -> Parsed<()> {
        self.skip_blank()?;
        if self.peek() != Some(':') {
            let what = format!("expected `:` after a name, found {}", self.found());
            return Err(error(self.next_span(), &what, None));
        }
        self.at += 1;
        self.skip_blank()
    }

    /// White space and comments; block comments nest.
    fn skip_blank(&mut self) -> Parsed<()> {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            self.at += blank;
            let (start, rest) = (self.at, &self.text[self.at..]);
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.block_comment()?;
            } else {
                return Ok(());
            }
            self.comments.push(start..self.at);
        }
    }

    fn block_comment(&mut self) -> Parsed<()> {
        let (start, mut open) = (self.at, 0_usize);
        loop {
            let rest = &self.text[self.at..];
            if rest.starts_with("/*") {
                (open, self.at) = (open + 1, self.at + 2);
            } else if rest.starts_with("*/") {
                (open, self.at) = (open - 1, self.at + 2);
                if open == 0 {
                    return Ok(());
                }
            } else if self.bump().is_none() {
                return Err(error(start..start + 2, "this comment is never closed", Some("end it with `*/`")));
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text[..at].matches('\n').count()
    }

    fn found(&self) -> String {
        self.peek().map_or_else(|| "the end of the file".to_owned(), |next| format!("`{}`", next.escape_debug()))
    }

    fn next_span(&self) -> Range {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }
}

fn error(at: Range, what: &str, hint: Option<&str>) -> SyntaxError {
    SyntaxError { at, what: what.to_owned(), hint: hint.map(str::to_owned) }
}

fn is_word_start(next: char) -> bool {
    next.is_ascii_alphabetic() || next == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_knows_its_place() {
        let text = "// top\n(a: [1, Word, \"x\\ty\"], /* in */ b: {\"k\": Up(n: 2)},)";
        let tree = parse(text).unwrap();
        let at = |path: &str| &text[tree.root.locate(path)];
        assert_eq!(at("a.0"), "1");
        assert_eq!(at("a.1"), "Word");
        assert_eq!(at("a.2"), "\"x\\ty\"");
        assert_eq!(at("b.k"), "Up");
        assert_eq!(at("b.k.n"), "2");
        assert_eq!(at("b.k.missing.more"), "Up");
        assert_eq!(tree.comments.iter().map(|span| &text[span.clone()]).collect::<Vec<_>>(), ["// top", "/* in */"]);
    }

    #[test]
    fn what_is_accepted_is_ron() {
        for text in [
            "1_000",
            "-1.5e3",
            "+2",
            "0.1_5",
            "18446744073709551616",
            "Word",
            "Word()",
            "Word (1, )",
            "(x: 1,)",
            "()",
            "[]",
            "{}",
            "{\"a\": 1,}",
            "\"\\u{1F600}\\\\\\\"\\n\"",
            "/* a /* b */ c */ [1] // end",
            "None",
            "[-0]",
            "_x",
        ] {
            assert!(parse(text).is_ok(), "{text}");
            let ron: Result<serde::de::IgnoredAny, _> = ron::from_str(text);
            assert!(ron.is_ok(), "{text}: {ron:?}");
        }
        for text in
            ["1__0", "1_", "_1.0.", "1.", ".5", "0x10", "'a'", "1ms", "(a: 1, 2)", "(1, a: 2)", "\"", "/*", "[1 2]"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
