//! Says which commit is built, for the lineage of runs; and what the scenario language is, for `scalelab explain`: the doc comments of
//! the types that a file is read into.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use syn::{Attribute, Expr, Fields, ImplItem, Item, ItemImpl, Lit, Meta, Type};

/// Doc comments by what they stand on: `Pool`, `Pool.balance`, `Balance.PowerOfD`, `Balance.PowerOfD.d`.
type Docs = BTreeMap<String, String>;

fn main() {
    println!("cargo:rustc-env=SCALELAB_COMMIT={}", commit());
    let mut docs = Docs::new();
    for file in sources(Path::new("src/scenario")) {
        let text = fs::read_to_string(&file).expect("a source is text");
        let parsed = syn::parse_file(&text).unwrap_or_else(|err| panic!("{}: {err}", file.display()));
        parsed.items.iter().for_each(|item| collect(item, &mut docs));
    }
    let lines: String = docs.iter().map(|(name, doc)| format!("    ({name:?}, {doc:?}),\n")).collect();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo says where")).join("docs.rs");
    fs::write(out, format!("&[\n{lines}]\n")).expect("it can be written");
}

/// The commit, with a + where the sources are not those of it.
fn commit() -> String {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
    };
    let heads = ["HEAD", "logs/HEAD"].into_iter().filter_map(|name| git(&["rev-parse", "--git-path", name]));
    for path in ["src", "assets", "scenarios", "Cargo.lock"].map(str::to_owned).into_iter().chain(heads) {
        println!("cargo:rerun-if-changed={path}");
    }
    let commit = git(&["describe", "--always", "--dirty=+", "--abbrev=12"]).map(|commit| format!("commit {commit}"));
    commit.unwrap_or_else(|| "no commit known".to_owned())
}

/// The sources of a folder, in an order that is always the same.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there").flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    let of = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => sources(&path),
        Some(ending) if ending == "rs" => vec![path],
        _ => Vec::new(),
    };
    paths.into_iter().flat_map(of).collect()
}

fn collect(item: &Item, docs: &mut Docs) {
    match item {
        Item::Struct(own) => {
            let name = own.ident.to_string();
            fields(&name, &own.fields, docs);
            note(name, &own.attrs, docs);
        }
        Item::Enum(own) => {
            let name = own.ident.to_string();
            for variant in &own.variants {
                let path = format!("{name}.{}", variant.ident);
                fields(&path, &variant.fields, docs);
                note(path, &variant.attrs, docs);
            }
            note(name, &own.attrs, docs);
        }
        Item::Const(own) => note(own.ident.to_string(), &own.attrs, docs),
        Item::Impl(own) => inherent(own, docs),
        _ => {}
    }
}

/// Constants and functions of a type, as `Billing.PER_HOUR`.
fn inherent(own: &ItemImpl, docs: &mut Docs) {
    let Type::Path(path) = &*own.self_ty else { return };
    let Some(name) = path.path.get_ident().filter(|_| own.trait_.is_none()) else { return };
    for item in &own.items {
        match item {
            ImplItem::Const(own) => note(format!("{name}.{}", own.ident), &own.attrs, docs),
            ImplItem::Fn(own) => note(format!("{name}.{}", own.sig.ident), &own.attrs, docs),
            _ => {}
        }
    }
}

fn fields(of: &str, fields: &Fields, docs: &mut Docs) {
    for field in fields {
        if let Some(name) = &field.ident {
            note(format!("{of}.{name}"), &field.attrs, docs);
        }
    }
}

/// The first paragraph of a doc comment, in one line and without links. The first of a name counts.
fn note(name: String, attributes: &[Attribute], docs: &mut Docs) {
    let line = |attribute: &Attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(value) => match &value.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    let lines: Vec<String> = attributes.iter().filter_map(line).take_while(|line| !line.is_empty()).collect();
    if !lines.is_empty() {
        docs.entry(name).or_insert_with(|| without_links(&lines.join(" ")));
    }
}

/// "[`Time`](crate::base::Time)" and "[`Time`]" as "`Time`".
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("[`") {
        out.push_str(&rest[..start]);
        let Some(end) = rest[start..].find("`]") else { break };
        out.push_str(&rest[start + 1..=start + end]);
        rest = &rest[start + end + 2..];
        if let Some(close) = rest.strip_prefix('(').and_then(|inside| inside.find(')')) {
            rest = &rest[close + 2..];
        }
    }
    out + rest
}
