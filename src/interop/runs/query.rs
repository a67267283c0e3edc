//! What runs are searched by: `metrics.p99 < 0.2 and params.balance = 'p2c'`.
//!
//! ```text
//! query   = both { "or" both }
//! both    = not { "and" not }
//! not     = [ "not" ] ( "(" query ")" | field compare value | field [ "not" ] "like" text | field "is" [ "not" ] "null" )
//! field   = "metrics." name | "params." path | "tags." name | attribute       a name in `backticks` may hold anything
//! compare = "=" | "!=" | "<" | "<=" | ">" | ">="
//! ```
//!
//! Texts are compared without regard to case, and a choice also by its name alone or by how the field calls it: `PowerOfD(d: 3)` is found
//! by `'PowerOfD'`, `PowerOfTwo` by `'p2c'`. A query becomes SQL in which every value is a parameter and every name a quoted text.

use rusqlite::types::Value;

use crate::scenario::limits::QUERY_CHARS_MAX;

/// What a run itself has.
const ATTRIBUTES: [(&str, Kind); 11] = [
    ("id", Kind::Text),
    ("parent", Kind::Text),
    ("title", Kind::Text),
    ("mode", Kind::Text),
    ("seed", Kind::Text),
    ("state", Kind::Text),
    ("started", Kind::Number),
    ("duration", Kind::Number),
    ("scenario_sha256", Kind::Text),
    ("build", Kind::Text),
    ("host", Kind::Text),
];
/// How the field calls some choices.
const SHORT: [(&str, &str); 8] = [
    ("rr", "RoundRobin"),
    ("wrr", "SmoothRoundRobin"),
    ("p2c", "PowerOfTwo"),
    ("jsq", "LeastOutstanding"),
    ("lor", "LeastOutstanding"),
    ("jiq", "JoinIdle"),
    ("ps", "ProcessorSharing"),
    ("srpt", "ShortestRemaining"),
];
/// Brackets and negations in each other.
const DEPTH_MAX: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    /// Whatever it is compared with.
    Either,
}

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n  {query}\n  {:>width$}\n{hint}", "^", width = .at + 1)]
pub struct QueryError {
    what: String,
    query: String,
    at: usize,
    hint: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

struct Field {
    sql: String,
    kind: Kind,
}

struct Parser<'a> {
    query: &'a str,
    /// Tokens, each with the character at which it begins.
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
    values: Vec<Value>,
}

/// The condition of a query as SQL, with its parameters in their order. Nothing asked holds for all.
pub(super) fn compile(query: &str) -> Result<(String, Vec<Value>), QueryError> {
    let query = &query.replace(['\n', '\r', '\t'], " ");
    if query.chars().count() > QUERY_CHARS_MAX {
        let what = format!("the query is longer than {QUERY_CHARS_MAX} characters, the limit QUERY_CHARS_MAX");
        return Err(QueryError { what, query: "…".to_owned(), at: 0, hint: "ask for less".to_owned() });
    }
    let tokens = tokens(query)?;
    if tokens.is_empty() {
        return Ok(("1".to_owned(), Vec::new()));
    }
    let mut parser = Parser { query, tokens, next: 0, depth: 0, values: Vec::new() };
    let sql = parser.any()?;
    match parser.peek() {
        None => Ok((sql, parser.values)),
        Some(_) => Err(parser.wrong("this does not belong here", "join conditions with `and` or `or`")),
    }
}

impl Parser<'_> {
    fn any(&mut self) -> Result<String, QueryError> {
        let mut sql = self.both()?;
        while self.takes_word("or") {
            sql = format!("({sql} OR {})", self.both()?);
        }
        Ok(sql)
    }

    fn both(&mut self) -> Result<String, QueryError> {
        let mut sql = self.not()?;
        while self.takes_word("and") {
            sql = format!("({sql} AND {})", self.not()?);
        }
        Ok(sql)
    }

    fn not(&mut self) -> Result<String, QueryError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.wrong("this is nested too deeply", "write it with fewer brackets"));
        }
        let sql = if self.takes_word("not") {
            format!("NOT coalesce({}, 0)", self.not()?)
        } else if self.takes_sign("(") {
            let sql = self.any()?;
            if !self.takes_sign(")") {
                return Err(self.wrong("a bracket is left open", "close it with )"));
            }
            sql
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(sql)
    }

    fn comparison(&mut self) -> Result<String, QueryError> {
        let field = self.field()?;
        if self.takes_word("is") {
            let negated = if self.takes_word("not") { "NOT " } else { "" };
            if !self.takes_word("null") {
                return Err(self.wrong("expected `null`", "write `is null` or `is not null`"));
            }
            return Ok(format!("({} IS {negated}NULL)", field.sql));
        }
        let negated = self.takes_word("not");
        if self.takes_word("like") {
            let Some(Token::Text(pattern)) = self.peek().cloned() else {
                return Err(self.wrong("expected a text to compare with", "write like '%text%'"));
            };
            self.next += 1;
            self.values.push(Value::Text(pattern));
            return Ok(format!("({} {}LIKE ?)", field.sql, if negated { "NOT " } else { "" }));
        }
        let Some(Token::Sign(sign @ ("=" | "!=" | "<" | "<=" | ">" | ">="))) = self.peek().cloned() else {
            return Err(self.wrong("expected a comparison", "write =, !=, <, <=, >, >=, like or is null"));
        };
        self.next += 1;
        let sql = self.compared(&field, sign);
        if negated { sql.map(|sql| format!("NOT coalesce({sql}, 0)")) } else { sql }
    }

    /// A field against the value that comes next.
    fn compared(&mut self, field: &Field, sign: &str) -> Result<String, QueryError> {
        let sql = &field.sql;
        match (self.peek().cloned(), field.kind) {
            (Some(Token::Number(value)), Kind::Number) => {
                self.next += 1;
                self.values.push(Value::Real(value));
                Ok(format!("({sql} {sign} ?)"))
            }
            (Some(Token::Number(value)), Kind::Either | Kind::Text) => {
                self.next += 1;
                self.values.push(Value::Real(value));
                // A text that is no number compares with none.
                Ok(format!("(CASE WHEN {sql} GLOB '[-+.0-9]*' THEN CAST({sql} AS REAL) END {sign} ?)"))
            }
            (Some(Token::Text(value)), Kind::Either | Kind::Text) => {
                self.next += 1;
                let short = SHORT.iter().find(|(short, _)| short.eq_ignore_ascii_case(&value));
                let value = short.map_or(value, |(_, name)| (*name).to_owned());
                match sign {
                    "=" | "!=" => {
                        self.values.push(Value::Text(value.clone()));
                        self.values.push(Value::Text(format!("{}(%", escaped(&value))));
                        let equal = format!("({sql} = ? COLLATE NOCASE OR {sql} LIKE ? ESCAPE '\\')");
                        // What has no such field is not unequal: nothing is known of it.
                        Ok(if sign == "=" { equal } else { format!("(NOT {equal})") })
                    }
                    _ => {
                        self.values.push(Value::Text(value));
                        Ok(format!("({sql} {sign} ? COLLATE NOCASE)"))
                    }
                }
            }
            (Some(Token::Text(_)), Kind::Number) => {
                Err(self.wrong("this is compared with a number", "write the number without quotes"))
            }
            _ => Err(self.wrong("expected a value", "write a number, or a text in 'quotes'")),
        }
    }

    fn field(&mut self) -> Result<Field, QueryError> {
        let hint =
            "write metrics.NAME, params.PATH, tags.NAME, or title, mode, seed, state, started, duration, build, host";
        let Some(Token::Word(word)) = self.peek().cloned() else {
            return Err(self.wrong("expected what to compare", hint));
        };
        if let Some((name, kind)) = ATTRIBUTES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&word)) {
            self.next += 1;
            return Ok(Field { sql: format!("runs.{name}"), kind: *kind });
        }
        let (table, name) = word.split_once('.').unwrap_or((word.as_str(), ""));
        let (table, kind) = match table.to_ascii_lowercase().as_str() {
            "metrics" | "metric" => ("metrics", Kind::Number),
            "params" | "param" => ("params", Kind::Either),
            "tags" | "tag" => ("tags", Kind::Either),
            _ => return Err(self.wrong(&format!("`{word}` is nothing that runs have"), hint)),
        };
        if name.is_empty() {
            return Err(self.wrong(&format!("`{table}` needs a name"), &format!("write {table}.NAME")));
        }
        self.next += 1;
        // The name may stand in the condition more than once: a literal is easier to keep right than counted parameters.
        let name = name.replace('\'', "''");
        Ok(Field { sql: format!("(SELECT value FROM {table} WHERE run = runs.id AND name = '{name}')"), kind })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.next += usize::from(takes);
        takes
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.next += usize::from(takes);
        takes
    }

    fn wrong(&self, what: &str, hint: &str) -> QueryError {
        let at = self.tokens.get(self.next).map_or(self.query.chars().count(), |(at, _)| *at);
        error(self.query, at, what, hint)
    }
}

fn error(query: &str, at: usize, what: &str, hint: &str) -> QueryError {
    QueryError { what: format!("the query: {what}"), query: query.to_owned(), at, hint: format!("= {hint}") }
}

/// A text in which the signs of LIKE stand for themselves.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|next| matches!(next, '%' | '_' | '\\').then_some('\\').into_iter().chain([next])).collect()
}

fn tokens(query: &str) -> Result<Vec<(usize, Token)>, QueryError> {
    let chars: Vec<char> = query.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&next) = chars.get(at) {
        let start = at;
        match next {
            ' ' => at += 1,
            '\'' | '"' => {
                let end = chars[at + 1..].iter().position(|other| *other == next);
                let Some(end) = end else {
                    return Err(error(query, start, "a quote is left open", "close it"));
                };
                tokens.push((start, Token::Text(chars[at + 1..at + 1 + end].iter().collect())));
                at += end + 2;
            }
            '(' | ')' => {
                tokens.push((start, Token::Sign(if next == '(' { "(" } else { ")" })));
                at += 1;
            }
            '=' | '!' | '<' | '>' => {
                let two: String = chars[at..(at + 2).min(chars.len())].iter().collect();
                let signs = [("<=", "<="), (">=", ">="), ("!=", "!="), ("<>", "!="), ("==", "=")];
                let sign = signs.iter().find(|(written, _)| *written == two).map(|(_, sign)| (*sign, 2));
                let single = match next {
                    '=' => Some(("=", 1)),
                    '<' => Some(("<", 1)),
                    '>' => Some((">", 1)),
                    _ => None,
                };
                let Some((sign, length)) = sign.or(single) else {
                    return Err(error(query, start, "`!` stands alone", "write != for unequal"));
                };
                tokens.push((start, Token::Sign(sign)));
                at += length;
            }
            _ => {
                let (word, end) = word(query, &chars, at)?;
                at = end;
                let is_number = next.is_ascii_digit() || matches!(next, '-' | '+' | '.');
                match word.parse::<f64>() {
                    Ok(number) if is_number && number.is_finite() => tokens.push((start, Token::Number(number))),
                    _ => tokens.push((start, Token::Word(word))),
                }
            }
        }
    }
    Ok(tokens)
}

/// A word and where it ends; what is in backticks belongs to it whatever it is.
fn word(query: &str, chars: &[char], start: usize) -> Result<(String, usize), QueryError> {
    let (mut word, mut at, mut quoted) = (String::new(), start, false);
    while let Some(&next) = chars.get(at) {
        match next {
            '`' => quoted = !quoted,
            _ if quoted => word.push(next),
            ' ' | '(' | ')' | '=' | '!' | '<' | '>' | '\'' | '"' => break,
            _ => word.push(next),
        }
        at += 1;
    }
    if quoted { Err(error(query, start, "a backtick is left open", "close it")) } else { Ok((word, at)) }
}
