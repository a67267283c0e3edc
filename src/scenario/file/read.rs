//! How values of a file are read: each reader takes a node, notes what is wrong at its place, and goes on.
//!
//! A reader returns `None` exactly when it has noted something, so that one run over the file finds everything.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Bytes, Span};
use crate::scenario::errors::{Finding, suggest};
use crate::scenario::quantity::{self, BadQuantity};
use crate::scenario::syntax::{Args, Field, Kind, Node, Range};
use crate::scenario::{Host, Metric, OwnTable, limits};

/// What readers share: what was found wrong, the computer, and the names of the file.
pub(in crate::scenario) struct Cx {
    pub(in crate::scenario) findings: Vec<Finding>,
    /// Cores of `"this"`: those of the host when live, of the machine that was measured when simulated.
    pub(in crate::scenario) cores_of_this: u32,
    pub(in crate::scenario) names: Names,
    /// A person's own table, which kernels that need one work on.
    pub(in crate::scenario) table: Option<Arc<OwnTable>>,
    /// Whether there should be one, and what is wrong with it has been said.
    pub(in crate::scenario) lacks_table: bool,
}

/// What can be referred to by name or position.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct Names {
    /// Pools, and how many groups each has.
    pub(in crate::scenario) pools: Vec<(String, usize)>,
    pub(in crate::scenario) jobs: Vec<String>,
    pub(in crate::scenario) sources: usize,
    /// Zones of groups of machines, in order.
    pub(in crate::scenario) zones: Vec<String>,
    /// Objectives, and what each measures where that could be read.
    pub(in crate::scenario) objectives: Vec<(String, Option<Metric>)>,
}

/// A limit by name and value.
#[derive(Clone, Copy)]
pub(in crate::scenario) struct Limit {
    pub(in crate::scenario) name: &'static str,
    pub(in crate::scenario) max: u64,
}

/// The limit of this name in `limits`.
macro_rules! limit {
    ($name:ident) => {
        crate::scenario::file::read::Limit { name: stringify!($name), max: crate::scenario::limits::$name as u64 }
    };
}
pub(in crate::scenario) use limit;

/// Reads a value.
pub(in crate::scenario) type Reader<T> = fn(&Node, &mut Cx) -> Option<T>;

impl Cx {
    pub(in crate::scenario) fn new(host: &Host, names: Names) -> Self {
        Self { findings: Vec::new(), cores_of_this: host.cores, names, table: None, lacks_table: false }
    }

    /// Notes what is wrong, and what to do about it.
    pub(in crate::scenario) fn wrong<T>(
        &mut self,
        at: Range,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Option<T> {
        let hint = Some(hint.into()).filter(|hint| !hint.is_empty());
        self.findings.push(Finding { at, what: what.into(), hint });
        None
    }

    /// Notes a value of the wrong kind.
    pub(in crate::scenario) fn expected<T>(&mut self, node: &Node, what: &str, hint: &str) -> Option<T> {
        self.wrong(node.head(), format!("expected {what}, found {}", node.found()), hint)
    }
}

/// The named values in the brackets of a record or variant.
pub(in crate::scenario) struct Fields<'n> {
    /// Where a missing one is reported.
    head: Range,
    what: &'static str,
    fields: &'n [Field],
}

/// Reads `(a: …, b: …)`. Unknown and duplicate names are noted.
pub(in crate::scenario) fn record<'n>(
    node: &'n Node,
    what: &'static str,
    known: &[&str],
    cx: &mut Cx,
) -> Option<Fields<'n>> {
    match &node.kind {
        Kind::Struct { name: None, args } => fields(node, what, args, known, cx),
        _ => cx.expected(node, &format!("{what} (…)"), &format!("it is written ({}: …)", known.join(": …, "))),
    }
}

fn fields<'n>(node: &Node, what: &'static str, args: &'n Args, known: &[&str], cx: &mut Cx) -> Option<Fields<'n>> {
    let fields = match args {
        Args::Named(fields) => fields.as_slice(),
        Args::Positional(nodes) if nodes.is_empty() => &[],
        Args::Positional(_) | Args::None => {
            let example = format!("write each value with its name: ({}: …)", known.join(": …, "));
            return cx.wrong(node.head(), format!("the values of {what} need their names"), example);
        }
    };
    let mut seen = BTreeSet::new();
    for field in fields {
        if !known.contains(&field.name.as_str()) {
            let hint = suggest(&field.name, known.iter().copied());
            cx.wrong::<()>(field.name_span.clone(), format!("{what} has no field `{}`", field.name), hint);
        } else if !seen.insert(&field.name) {
            let what = format!("`{}` is given twice", field.name);
            cx.wrong::<()>(field.name_span.clone(), what, "keep one of the two");
        }
    }
    Some(Fields { head: node.head(), what, fields })
}

impl<'n> Fields<'n> {
    /// The value of a field, if it is there.
    pub(in crate::scenario) fn node(&self, name: &str) -> Option<&'n Node> {
        self.fields.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// The value of a field that must be there.
    pub(in crate::scenario) fn need(&self, name: &str, cx: &mut Cx) -> Option<&'n Node> {
        self.node(name).or_else(|| {
            let hint = format!("add `{name}: …` between its brackets");
            cx.wrong(self.head.clone(), format!("{} needs the field `{name}`", self.what), hint)
        })
    }

    /// Reads a field that must be there.
    pub(in crate::scenario) fn required<T>(&self, name: &str, read: Reader<T>, cx: &mut Cx) -> Option<T> {
        self.need(name, cx).and_then(|node| read(node, cx))
    }

    /// Reads a field that may be left out.
    pub(in crate::scenario) fn or<T>(&self, name: &str, default: T, read: Reader<T>, cx: &mut Cx) -> Option<T> {
        match self.node(name) {
            Some(node) => read(node, cx),
            None => Some(default),
        }
    }

    /// Reads a field that may be left out and has no default.
    pub(in crate::scenario) fn maybe<T>(&self, name: &str, read: Reader<T>, cx: &mut Cx) -> Option<Option<T>> {
        match self.node(name) {
            Some(node) => read(node, cx).map(Some),
            None => Some(None),
        }
    }
}

/// A choice, `Name` or `Name(…)`, whose name is one of those known.
pub(in crate::scenario) struct Variant<'n> {
    /// Which.
    pub(in crate::scenario) name: &'static str,
    node: &'n Node,
    args: &'n Args,
}

/// Reads a choice. `what` is what is chosen, for messages: "a balancer".
pub(in crate::scenario) fn variant<'n>(
    node: &'n Node,
    what: &str,
    known: &[&'static str],
    cx: &mut Cx,
) -> Option<Variant<'n>> {
    let Kind::Struct { name: Some(name), args } = &node.kind else {
        return cx.expected(node, what, &format!("known: {}", known.join(", ")));
    };
    match known.iter().find(|known| *known == name) {
        Some(name) => Some(Variant { name, node, args }),
        None => {
            let hint = suggest(name, known.iter().copied());
            cx.wrong(node.head(), format!("`{name}` is not {what}"), hint)
        }
    }
}

impl<'n> Variant<'n> {
    /// Where it stands, for what is wrong with it as a whole.
    pub(in crate::scenario) fn head(&self) -> Range {
        self.node.head()
    }

    /// Notes values where none belong.
    pub(in crate::scenario) fn unit(&self, cx: &mut Cx) -> Option<()> {
        match self.args {
            Args::None => Some(()),
            _ => {
                let hint = format!("write {} alone", self.name);
                cx.wrong(self.node.head(), format!("`{}` takes no values", self.name), hint)
            }
        }
    }

    /// The values in the brackets, which must be so many. `usage` shows how it is written.
    pub(in crate::scenario) fn positional(&self, count: usize, usage: &str, cx: &mut Cx) -> Option<&'n [Node]> {
        match self.args {
            Args::Positional(nodes) if nodes.len() == count => Some(nodes),
            _ => {
                let what = match count {
                    1 => format!("`{}` takes one value without a name", self.name),
                    _ => format!("`{}` takes {count} values without names", self.name),
                };
                cx.wrong(self.node.head(), what, format!("it is written {usage}"))
            }
        }
    }

    /// The one value in the brackets.
    pub(in crate::scenario) fn one(&self, usage: &str, cx: &mut Cx) -> Option<&'n Node> {
        self.positional(1, usage, cx).map(|nodes| &nodes[0])
    }

    /// The named values in the brackets; none where there are no brackets.
    pub(in crate::scenario) fn fields(&self, known: &[&str], cx: &mut Cx) -> Option<Fields<'n>> {
        match self.args {
            Args::None => Some(Fields { head: self.head(), what: self.name, fields: &[] }),
            args => fields(self.node, self.name, args, known, cx),
        }
    }
}

/// One of a list of choices without values.
pub(in crate::scenario) fn choice<T: Copy>(
    node: &Node,
    what: &str,
    known: &[(&'static str, T)],
    cx: &mut Cx,
) -> Option<T> {
    let names: Vec<&'static str> = known.iter().map(|(name, _)| *name).collect();
    let chosen = variant(node, what, &names, cx)?;
    chosen.unit(cx)?;
    known.iter().find(|(name, _)| *name == chosen.name).map(|(_, value)| *value)
}

/// The elements of a list; more than the limit are noted and not read.
pub(in crate::scenario) fn list<'n>(node: &'n Node, what: &str, limit: Limit, cx: &mut Cx) -> Option<&'n [Node]> {
    let Kind::List(nodes) = &node.kind else { return cx.expected(node, &format!("a list of {what} […]"), "") };
    within(nodes.len() as u64, what, node, limit, cx)?;
    Some(nodes)
}

/// The entries of a map from checked names, without duplicates; more than the limit are noted and not read.
pub(in crate::scenario) fn map<'n>(node: &'n Node, what: &str, limit: Limit, cx: &mut Cx) -> Option<&'n [Field]> {
    let Kind::Map(fields) = &node.kind else {
        return cx.expected(node, &format!("{what} by name {{…}}"), "it is written { \"name\": (…) }");
    };
    within(fields.len() as u64, what, node, limit, cx)?;
    for (ix, field) in fields.iter().enumerate() {
        check_name(&field.name, &field.name_span, cx);
        if fields[..ix].iter().any(|before| before.name == field.name) {
            cx.wrong::<()>(
                field.name_span.clone(),
                format!("{:?} is there twice", field.name),
                "give one of the two another name",
            );
        }
    }
    Some(fields)
}

fn within(count: u64, what: &str, node: &Node, limit: Limit, cx: &mut Cx) -> Option<()> {
    if count > limit.max {
        let what = format!("{count} {what} are more than {}, the limit {}", limit.max, limit.name);
        return cx.wrong(node.head(), what, "");
    }
    Some(())
}

/// All of a list of readings, if none failed.
pub(in crate::scenario) fn all<T>(readings: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    // Not `collect` into an `Option`: that would stop reading at the first failure.
    let readings: Vec<Option<T>> = readings.collect();
    readings.into_iter().collect()
}

/// A text of limited length.
pub(in crate::scenario) fn text(node: &Node, cx: &mut Cx) -> Option<String> {
    let Some(text) = node.text() else { return cx.expected(node, "a text in double quotes", "write \"…\"") };
    let (count, max) = (text.chars().count(), limits::NAME_CHARS_MAX);
    if count > max {
        return cx.wrong(
            node.span.clone(),
            format!("{count} characters are more than {max}, the limit NAME_CHARS_MAX"),
            "",
        );
    }
    Some(text.to_owned())
}

/// A name that can stand in a path.
pub(in crate::scenario) fn name(node: &Node, cx: &mut Cx) -> Option<String> {
    let name = text(node, cx)?;
    check_name(&name, &node.span, cx).then_some(name)
}

fn check_name(name: &str, at: &Range, cx: &mut Cx) -> bool {
    let max = limits::NAME_CHARS_MAX;
    if name.chars().count() > max {
        let what = format!("this name is longer than {max} characters, the limit NAME_CHARS_MAX");
        cx.wrong::<()>(at.clone(), what, "");
        return false;
    }
    // Paths such as pools.NAME.balance need names without dots; a number would be taken for a position.
    let fits = |next: char| next.is_alphanumeric() || matches!(next, '-' | '_');
    if name.chars().next().is_some_and(char::is_alphabetic) && name.chars().all(fits) {
        return true;
    }
    let hint = "a name begins with a letter and goes on with letters, digits, - and _";
    cx.wrong::<()>(at.clone(), format!("{name:?} cannot be a name"), hint);
    false
}

/// A whole number from `min` to a limit.
pub(in crate::scenario) fn whole(node: &Node, what: &str, min: u64, limit: Limit, cx: &mut Cx) -> Option<u64> {
    let Kind::Number(text) = &node.kind else { return cx.expected(node, &format!("a whole number of {what}"), "") };
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.bytes().any(|byte| !byte.is_ascii_digit()) {
        return cx.expected(node, &format!("a whole number of {what}"), "it has no sign, fraction or exponent");
    }
    match digits.parse::<u64>() {
        Ok(value) if value < min => {
            cx.wrong(node.span.clone(), format!("{value} {what} are too few"), format!("at least {min}"))
        }
        Ok(value) if value <= limit.max => Some(value),
        _ => {
            let what = format!("{digits} {what} are more than {}, the limit {}", limit.max, limit.name);
            cx.wrong(node.span.clone(), what, "")
        }
    }
}

/// [`whole`], for limits that fit 32 bits.
pub(in crate::scenario) fn whole32(node: &Node, what: &str, min: u64, limit: Limit, cx: &mut Cx) -> Option<u32> {
    whole(node, what, min, limit, cx).map(|value| u32::try_from(value).unwrap_or(u32::MAX))
}

/// A number in a closed range. `what` is what it is, for messages: "a share".
pub(in crate::scenario) fn number(node: &Node, what: &str, min: f64, max: f64, cx: &mut Cx) -> Option<f64> {
    let Kind::Number(text) = &node.kind else { return cx.expected(node, what, "write a number, as in 0.5") };
    match text.parse::<f64>() {
        Ok(value) if (min..=max).contains(&value) => Some(value),
        _ => {
            cx.wrong(node.span.clone(), format!("{text} is outside what {what} can be"), format!("from {min} to {max}"))
        }
    }
}

/// A length of time, `"80ms"`, at most the longest run.
pub(in crate::scenario) fn span(node: &Node, cx: &mut Cx) -> Option<Span> {
    let value = quantity(node, "a length of time", "\"80ms\"", quantity::span, cx)?;
    let max = limits::DURATION_MAX;
    if value > max {
        let what = format!("{value} is longer than {max}, the limit DURATION_MAX");
        return cx.wrong(node.span.clone(), what, "");
    }
    Some(value)
}

/// A size, `"64MiB"`.
pub(in crate::scenario) fn bytes(node: &Node, cx: &mut Cx) -> Option<Bytes> {
    quantity(node, "a size", "\"64MiB\"", quantity::bytes, cx)
}

/// A bandwidth, `"1Gbps"`, in bytes per second.
pub(in crate::scenario) fn bandwidth(node: &Node, cx: &mut Cx) -> Option<f64> {
    quantity(node, "a bandwidth", "\"1Gbps\"", quantity::bandwidth, cx)
}

fn quantity<T>(
    node: &Node,
    what: &str,
    example: &str,
    read: fn(&str) -> Result<T, BadQuantity>,
    cx: &mut Cx,
) -> Option<T> {
    let Some(text) = node.text() else {
        return cx.expected(node, what, &format!("write it in double quotes with its unit, as in {example}"));
    };
    match read(text) {
        Ok(value) => Some(value),
        Err(bad) => cx.wrong(node.span.clone(), bad.what, bad.hint),
    }
}
