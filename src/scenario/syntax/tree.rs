//! The tree, and how a path such as `pools.api.groups.0.count` finds its place in it.

/// Bytes of the text.
pub(in crate::scenario) type Range = std::ops::Range<usize>;

/// A file.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Tree {
    /// The one value of the file.
    pub(in crate::scenario) root: Node,
    /// Every comment, in order.
    pub(in crate::scenario) comments: Vec<Range>,
}

/// A value.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Node {
    /// Where it stands, brackets and quotes included.
    pub(in crate::scenario) span: Range,
    /// What it is.
    pub(in crate::scenario) kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(in crate::scenario) enum Kind {
    /// As written, without underscores.
    Number(String),
    /// Between double quotes. `plain` when it holds no escapes, so that an offset in it is an offset in the file.
    Text { value: String, plain: bool },
    /// `[…]`
    List(Vec<Node>),
    /// `{ "name": … }`
    Map(Vec<Field>),
    /// `Name`, `Name(…)` or `(…)`.
    Struct { name: Option<String>, args: Args },
}

/// What stands in the brackets of a struct.
#[derive(Clone, Debug)]
pub(in crate::scenario) enum Args {
    /// No brackets.
    None,
    /// `(a, b)`
    Positional(Vec<Node>),
    /// `(x: a, y: b)`
    Named(Vec<Field>),
}

/// A name and its value.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Field {
    /// The name.
    pub(in crate::scenario) name: String,
    /// Where it stands.
    pub(in crate::scenario) name_span: Range,
    /// Its value.
    pub(in crate::scenario) value: Node,
}

impl Node {
    /// The value under one step of a path: a field, a key, a position, or the element of a list with this `name`.
    pub(in crate::scenario) fn child(&self, step: &str) -> Option<&Self> {
        let by_name = |fields: &'_ [Field]| fields.iter().position(|field| field.name == step);
        match &self.kind {
            Kind::Map(fields) | Kind::Struct { args: Args::Named(fields), .. } => {
                by_name(fields).map(|ix| &fields[ix].value)
            }
            Kind::List(nodes) | Kind::Struct { args: Args::Positional(nodes), .. } => match step.parse::<usize>() {
                Ok(index) => nodes.get(index),
                Err(_) => nodes.iter().find(|node| node.child("name").and_then(Self::text) == Some(step)),
            },
            _ => None,
        }
    }

    /// The place of a path with dots, or of as much of it as is there.
    pub(in crate::scenario) fn locate(&self, path: &str) -> Range {
        let (mut node, mut rest) = (self, path);
        loop {
            // A key can hold dots itself: `profile.service.mean.map`.
            if let Some(child) = node.child(rest) {
                return child.head();
            }
            let (step, further) = rest.split_once('.').unwrap_or((rest, ""));
            match node.child(step) {
                Some(child) => (node, rest) = (child, further),
                None => return node.head(),
            }
        }
    }

    /// The place to point at when the value as a whole is meant: its name or opening bracket if it is a long one.
    pub(in crate::scenario) fn head(&self) -> Range {
        let len = match &self.kind {
            Kind::Number(_) | Kind::Text { .. } | Kind::Struct { args: Args::None, .. } => return self.span.clone(),
            Kind::Struct { name: Some(name), .. } => name.len(),
            Kind::List(_) | Kind::Map(_) | Kind::Struct { name: None, .. } => 1,
        };
        self.span.start..self.span.start + len
    }

    /// The string, if it is one.
    pub(in crate::scenario) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text { value, .. } => Some(value),
            _ => None,
        }
    }

    /// What it is, for "expected this, found that".
    pub(in crate::scenario) fn found(&self) -> String {
        match &self.kind {
            Kind::Number(text) => format!("the number {text}"),
            Kind::Text { value, .. } => format!("the text {value:?}"),
            Kind::List(_) => "a list […]".to_owned(),
            Kind::Map(_) => "a map {…}".to_owned(),
            Kind::Struct { name: Some(name), .. } => format!("`{name}`"),
            Kind::Struct { name: None, .. } => "a group (…)".to_owned(),
        }
    }
}
