//! What stands in a Rust source, outside its comments and its tests: paths, words, calls of methods, strings.
//!
//! It reads tokens, not the syntax tree: a path inside a macro call is then seen like any other.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// The name of the library, as `main.rs` says it.
const LIBRARY: &str = "scalelab";

/// What was found in one source.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Every path of two names or more, and everything imported.
    pub(super) paths: Vec<Path>,
    /// Every identifier.
    pub(super) words: Vec<Word>,
    /// Names of methods called, as in `x.name(…)`.
    pub(super) calls: Vec<Word>,
    /// Texts of string literals outside attributes and assertions.
    pub(super) strings: Vec<Word>,
    /// Modules declared as `#[cfg(test)] mod name;`, by their path from the crate's root.
    pub(super) test_modules: Vec<Vec<String>>,
    /// Names that are public at the top level of this source.
    pub(super) exports: Vec<String>,
}

/// A path that was named.
#[derive(Debug)]
pub(super) struct Path {
    /// Line, from 1.
    pub(super) line: usize,
    /// Whether it leads into this crate; then `names` begin at the crate's root.
    pub(super) ours: bool,
    /// The names, without `crate`, `self` and `super`.
    pub(super) names: Vec<String>,
    /// Whether an import brings this very name, or all below it, into scope.
    pub(super) imported: bool,
}

/// A word and where it stands.
#[derive(Debug)]
pub(super) struct Word {
    /// Line, from 1.
    pub(super) line: usize,
    /// The word.
    pub(super) text: String,
}

/// The module that a file of `src/` is, by its path from the crate's root: `src/a/mod.rs` and `src/a.rs` are `[a]`.
pub(super) fn module_of(path: &str) -> Vec<String> {
    let inner = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let mut names: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(names.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        names.pop();
    }
    names
}

/// Reads a source that is the module `module`.
///
/// # Errors
/// When it is not Rust, with what the tokenizer said.
pub(super) fn scan(module: &[String], text: &str) -> Result<Scan, String> {
    let tokens = TokenStream::from_str(text).map_err(|err| err.to_string())?;
    let mut scan = Scan::default();
    let tokens = scan.without_tests(tokens, module);
    scan.exports = exports(&tokens);
    scan.read_paths(&tokens, module);
    scan.read_words(&tokens);
    scan.read_strings(&tokens);
    Ok(scan)
}

impl Scan {
    /// Takes away what is compiled only for tests, and notes the test modules that are files of their own.
    fn without_tests(&mut self, tokens: TokenStream, module: &[String]) -> Vec<TokenTree> {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut kept = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            if is_punct(&tokens, at, '#') && is_punct(&tokens, at + 1, '!') && is_test_only(tokens.get(at + 2)) {
                return Vec::new();
            }
            if is_punct(&tokens, at, '#') && is_test_only(tokens.get(at + 1)) {
                let end = end_of_item(&tokens, at);
                if let Some(name) = module_declared(&tokens[at..end]) {
                    self.test_modules.push(joined(module, &name));
                }
                at = end;
                continue;
            }
            if let TokenTree::Group(group) = &tokens[at] {
                let inside = match (word_at(&tokens, at.wrapping_sub(2)), word_at(&tokens, at.wrapping_sub(1))) {
                    (Some(keyword), Some(name)) if keyword == "mod" => joined(module, &name.to_string()),
                    _ => module.to_vec(),
                };
                let inner = self.without_tests(group.stream(), &inside);
                let mut cleaned = Group::new(group.delimiter(), inner.into_iter().collect());
                cleaned.set_span(group.span());
                kept.push(TokenTree::Group(cleaned));
            } else {
                kept.push(tokens[at].clone());
            }
            at += 1;
        }
        kept
    }

    fn read_paths(&mut self, tokens: &[TokenTree], module: &[String]) {
        let mut at = 0;
        while at < tokens.len() {
            at = match &tokens[at] {
                TokenTree::Ident(word) if word == "use" && !is_punct(tokens, at + 1, '<') => {
                    let end = (at..tokens.len()).find(|&end| is_punct(tokens, end, ';')).unwrap_or(tokens.len());
                    self.read_tree(&tokens[at + 1..end], &[], module);
                    end
                }
                TokenTree::Ident(word) if word == "mod" && is_brace(tokens.get(at + 2)) => {
                    let name = word_at(tokens, at + 1).map(ToString::to_string).unwrap_or_default();
                    self.read_paths(&inside(&tokens[at + 2]), &joined(module, &name));
                    at + 3
                }
                TokenTree::Ident(word) if word == "crate" && is_word(tokens, at.wrapping_sub(1), "extern") => {
                    if let Some(name) = word_at(tokens, at + 1) {
                        self.note(&[name.to_string()], module, name.span().start().line, true);
                    }
                    at + 2
                }
                TokenTree::Ident(_) if !is_member(tokens, at) => self.read_path(tokens, at, module),
                TokenTree::Group(group) => {
                    self.read_paths(&group.stream().into_iter().collect::<Vec<_>>(), module);
                    at + 1
                }
                _ => at + 1,
            };
        }
    }

    /// Reads the path that begins at `at`, and returns where it ends.
    fn read_path(&mut self, tokens: &[TokenTree], at: usize, module: &[String]) -> usize {
        let line = tokens[at].span().start().line;
        let mut names = vec![tokens[at].to_string()];
        let mut at = at + 1;
        while is_separator(tokens, at) {
            match tokens.get(at + 2) {
                Some(TokenTree::Ident(name)) => names.push(name.to_string()),
                // A tree outside `use` stands in the arguments of a macro.
                Some(tree) if is_brace(Some(tree)) => {
                    self.read_tree(&inside(tree), &names, module);
                    return at + 3;
                }
                _ => break,
            }
            at += 3;
        }
        if names.len() > 1 {
            self.note(&names, module, line, false);
        }
        at
    }

    /// Reads what an import brings: `a::b`, `a::{b, c::*}`, `a as b`, below `prefix`.
    fn read_tree(&mut self, tokens: &[TokenTree], prefix: &[String], module: &[String]) {
        for branch in tokens.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')) {
            let mut names = prefix.to_vec();
            for token in branch {
                match token {
                    TokenTree::Ident(word) if word == "as" => break,
                    TokenTree::Ident(word) if word == "self" && !names.is_empty() => {}
                    TokenTree::Ident(name) => names.push(name.to_string()),
                    TokenTree::Group(group) => {
                        self.read_tree(&group.stream().into_iter().collect::<Vec<_>>(), &names, module);
                    }
                    _ => {}
                }
            }
            if let Some(first) = branch.first()
                && !is_brace(branch.last())
            {
                self.note(&names, module, first.span().start().line, true);
            }
        }
    }

    fn note(&mut self, names: &[String], module: &[String], line: usize, imported: bool) {
        let mut base = module.to_vec();
        let mut rest = names;
        let mut ours = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" | LIBRARY if !ours => base.clear(),
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            ours = true;
            rest = after;
        }
        let names = if ours { base.into_iter().chain(rest.iter().cloned()).collect() } else { rest.to_vec() };
        self.paths.push(Path { line, ours, names, imported });
    }

    fn read_words(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(name) => {
                    let word = || Word { line: name.span().start().line, text: name.to_string() };
                    self.words.push(word());
                    if is_member(tokens, at) && is_punct(tokens, at.wrapping_sub(1), '.') {
                        self.calls.push(word());
                    }
                }
                TokenTree::Group(_) => self.read_words(&inside(token)),
                _ => {}
            }
        }
    }

    fn read_strings(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Literal(literal) if literal.to_string().contains('"') => {
                    self.strings.push(Word { line: literal.span().start().line, text: literal.to_string() });
                }
                TokenTree::Group(_) if !is_attribute(tokens, at) && !is_assertion(tokens, at) => {
                    self.read_strings(&inside(token));
                }
                _ => {}
            }
        }
    }
}

/// Names behind `pub` at the top level.
fn exports(tokens: &[TokenTree]) -> Vec<String> {
    const KINDS: [&str; 8] = ["struct", "enum", "union", "trait", "type", "fn", "const", "static"];
    let mut names = Vec::new();
    for at in 0..tokens.len() {
        let is_item = is_word(tokens, at, "pub") && KINDS.iter().any(|kind| is_word(tokens, at + 1, kind));
        if let (true, Some(name)) = (is_item, word_at(tokens, at + 2)) {
            names.push(name.to_string());
        }
        if is_word(tokens, at, "pub") && is_word(tokens, at + 1, "use") {
            names.extend(passed_on(&tokens[at + 2..]));
        }
    }
    names
}

/// The names in `pub use part::{One, Another};`, or the last one of a plain path: what a part of a module makes is the
/// module's own.
fn passed_on(tokens: &[TokenTree]) -> Vec<String> {
    let end = (0..tokens.len()).find(|at| is_punct(tokens, *at, ';')).unwrap_or(tokens.len());
    let words = |tokens: &[TokenTree]| -> Vec<String> {
        (0..tokens.len()).filter_map(|at| word_at(tokens, at).map(ToString::to_string)).collect()
    };
    match tokens[..end].iter().find(|token| is_brace(Some(token))) {
        Some(group) => words(&inside(group)),
        None => words(&tokens[..end]).pop().into_iter().collect(),
    }
}

/// Where the item ends whose first attribute begins at `at`.
fn end_of_item(tokens: &[TokenTree], at: usize) -> usize {
    let mut at = at;
    while is_punct(tokens, at, '#') {
        at += 2;
    }
    let statement = ["use", "static", "type", "let"].iter().any(|keyword| is_word(tokens, at, keyword))
        || (is_word(tokens, at, "const") && !is_word(tokens, at + 1, "fn"));
    while at < tokens.len() {
        let ends = is_punct(tokens, at, ';') || (!statement && (is_punct(tokens, at, ',') || is_brace(tokens.get(at))));
        at += 1;
        if ends {
            break;
        }
    }
    at
}

/// The name in `mod name;`.
fn module_declared(item: &[TokenTree]) -> Option<String> {
    let at = (0..item.len()).find(|&at| is_word(item, at, "mod") && is_punct(item, at + 2, ';'))?;
    word_at(item, at + 1).map(ToString::to_string)
}

/// Whether this is the bracket of `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn is_test_only(attribute: Option<&TokenTree>) -> bool {
    let names_test = |tokens: &[TokenTree]| (0..tokens.len()).any(|at| is_word(tokens, at, "test"));
    let Some(attribute @ TokenTree::Group(_)) = attribute else { return false };
    let attribute = inside(attribute);
    if !is_word(&attribute, 0, "cfg") || attribute.len() < 2 {
        return false;
    }
    let condition = inside(&attribute[1]);
    match condition.as_slice() {
        [TokenTree::Ident(word)] => word == "test",
        [TokenTree::Ident(word), list] => word == "all" && names_test(&inside(list)),
        _ => false,
    }
}

/// Whether the word at `at` is not the start of a path: a field, a method, or the tail of `<T as Trait>::Name`.
fn is_member(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize, symbol: char| is_punct(tokens, at.wrapping_sub(back), symbol);
    let is_field = before(1, '.') && !before(2, '.');
    let is_tail = before(1, ':') && before(2, ':') && before(3, '>');
    is_field || is_tail
}

fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens, at.wrapping_sub(1), '#')
        || (is_punct(tokens, at.wrapping_sub(1), '!') && is_punct(tokens, at.wrapping_sub(2), '#'))
}

/// Whether the group at `at` holds the arguments of an assertion, or of serde's `Error::custom`, which speaks to the
/// author of a data file: no person reads them in the window.
fn is_assertion(tokens: &[TokenTree], at: usize) -> bool {
    let is_macro = is_punct(tokens, at.wrapping_sub(1), '!');
    let name = word_at(tokens, at.wrapping_sub(if is_macro { 2 } else { 1 })).map(ToString::to_string);
    let Some(name) = name else { return false };
    if is_macro {
        name.contains("assert") || name == "panic" || name == "unreachable"
    } else {
        ["expect", "expect_err", "custom"].contains(&name.as_str())
    }
}

fn joined(module: &[String], name: &str) -> Vec<String> {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

fn inside(token: &TokenTree) -> Vec<TokenTree> {
    match token {
        TokenTree::Group(group) => group.stream().into_iter().collect(),
        _ => Vec::new(),
    }
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens, at, ':') && is_punct(tokens, at + 1, ':')
}

fn is_punct(tokens: &[TokenTree], at: usize, symbol: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == symbol)
}

fn is_brace(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

fn is_word(tokens: &[TokenTree], at: usize, text: &str) -> bool {
    word_at(tokens, at).is_some_and(|word| word == text)
}

fn word_at(tokens: &[TokenTree], at: usize) -> Option<&Ident> {
    match tokens.get(at) {
        Some(TokenTree::Ident(word)) => Some(word),
        _ => None,
    }
}
