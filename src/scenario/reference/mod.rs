//! The scenario language told: what a field is, what may stand there, what it means. For `scalelab explain` and the reference page.
//!
//! What things mean comes from one place, the doc comments of the types that a file is read into; `build.rs` collects them. Tests hold the
//! list of fields against the readers: each field that a reader knows is here, each default is what leaving it out comes to.

mod guards;
mod kernels;
mod language;
mod machines;
mod policies;
mod scalers;
#[cfg(test)]
mod tests;

use std::fmt::Write;

use super::errors::suggest;
use super::listing::{Listed, name_of};

/// Doc comments of the types of this folder by their names, in order.
static DOCS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/docs.rs"));

/// Something with named values.
#[derive(Debug)]
struct Record {
    /// What errors call it; of a choice with values its name.
    what: &'static str,
    doc: &'static str,
    fields: &'static [Field],
}

/// A value with a name.
#[derive(Debug)]
struct Field {
    name: &'static str,
    is: Is,
    /// What holds where it is left out; empty where it must be there.
    otherwise: &'static str,
    doc: &'static str,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
enum Is {
    /// In words.
    Value(&'static str),
    Record(&'static Record),
    List(&'static Record),
    Map(&'static Record),
    Choice(&'static Choice),
    /// A list of them.
    Choices(&'static Choice),
}

/// One of some names, of which some have values.
#[derive(Debug)]
struct Choice {
    what: &'static str,
    /// The type that the names are variants of.
    of: &'static str,
    /// The list that files are read by, where the decision has one.
    listed: &'static [Listed],
    /// The names, where it has none.
    names: &'static [&'static str],
    /// Those that have values.
    values: &'static [Record],
}

/// Where a path leads.
#[derive(Clone, Copy)]
enum Place {
    Record(&'static Record),
    Field(&'static Field),
}

/// What a doc comment says; nothing where there is none, which a test looks for.
fn doc(name: &str) -> &'static str {
    DOCS.binary_search_by_key(&name, |(own, _)| own).map_or("", |ix| DOCS[ix].1)
}

/// What stands at a path of a scenario file, `pools.api.balance` or `pools.NAME.groups.0`, in a few lines; a choice with values is one step
/// of it, `pools.NAME.scale.Hpa`. Without a path, the file as a whole.
///
/// # Errors
/// When nothing can stand there: which step is wrong, and what could stand there.
pub fn explain(path: &str) -> Result<String, String> {
    let mut at = Place::Record(&language::SCENARIO);
    let mut steps = path.split('.').filter(|step| !step.is_empty());
    while let Some(step) = steps.next() {
        at = next(at, step, &mut steps)
            .map_err(|hint| format!("nothing stands at `{path}` of a scenario\n  = {hint}"))?;
    }
    let title = if path.is_empty() { "a scenario" } else { path };
    Ok(match at {
        Place::Record(record) => format!("{title}\n  {}\n\n{}", doc(record.doc), fields(record)),
        Place::Field(field) => told(title, field),
    })
}

/// One step on a path. The name of a pool or the position of a group is a step of its own.
fn next<'p>(at: Place, step: &str, steps: &mut impl Iterator<Item = &'p str>) -> Result<Place, String> {
    let in_record = |record: &'static Record, step: &str| {
        let found = record.fields.iter().find(|field| field.name == step).map(Place::Field);
        found.ok_or_else(|| suggest(step, record.fields.iter().map(|field| field.name)))
    };
    let in_choice = |choice: &'static Choice, step: &str| {
        let found = choice.values.iter().find(|value| value.what == step).map(Place::Record);
        found.ok_or_else(|| {
            let known: Vec<&str> = choice.values.iter().map(|value| value.what).collect();
            if known.is_empty() { format!("{} has no values", choice.what) } else { suggest(step, known) }
        })
    };
    match at {
        Place::Record(record) => in_record(record, step),
        Place::Field(Field { is, .. }) => match *is {
            Is::Value(what) => Err(format!("here stands {what}")),
            Is::Record(record) => in_record(record, step),
            // The step is a name or a position; the next one is a field.
            Is::List(record) | Is::Map(record) => match steps.next() {
                Some(step) => in_record(record, step),
                None => Ok(Place::Record(record)),
            },
            Is::Choice(choice) => in_choice(choice, step),
            Is::Choices(choice) => match steps.next() {
                _ if choice.values.iter().any(|value| value.what == step) => in_choice(choice, step),
                Some(step) => in_choice(choice, step),
                None => Err(format!("here stand {}", names(choice).join(", "))),
            },
        },
    }
}

/// A field with all that may stand there.
fn told(title: &str, field: &Field) -> String {
    let mut out = format!("{title}: {}\n  {}\n", kind(field.is), doc(field.doc));
    // Writing into a string cannot fail.
    let _ = match field.otherwise {
        "" => writeln!(out, "  It must be there."),
        otherwise => writeln!(out, "  Where it is left out: {otherwise}."),
    };
    match field.is {
        Is::Value(_) => {}
        Is::Record(record) | Is::List(record) | Is::Map(record) => {
            let _ = write!(out, "\n{}", fields(record));
        }
        Is::Choice(choice) | Is::Choices(choice) => {
            out.push('\n');
            for (name, says) in choices(choice) {
                let _ = writeln!(out, "  {name:<24} {says}");
            }
        }
    }
    out
}

fn kind(is: Is) -> String {
    match is {
        Is::Value(what) => what.to_owned(),
        Is::Record(record) => format!("{} (…)", record.what),
        Is::List(record) => format!("a list [(…), …], each {}", record.what),
        Is::Map(record) => format!("by name {{\"NAME\": (…), …}}, each {}", record.what),
        Is::Choice(choice) => choice.what.to_owned(),
        Is::Choices(choice) => format!("a list […], each {}", choice.what),
    }
}

/// The fields of a record, a line each.
fn fields(record: &Record) -> String {
    let line = |field: &Field| {
        let need = match field.otherwise {
            "" => "must be there".to_owned(),
            otherwise => format!("else {otherwise}"),
        };
        format!("  {:<24} {}; {need}\n  {:<24}   {}\n", field.name, kind(field.is), "", doc(field.doc))
    };
    record.fields.iter().map(line).collect()
}

/// Names of a choice.
fn names(choice: &Choice) -> Vec<&'static str> {
    let listed = choice.listed.iter().map(name_of);
    let mut names: Vec<&str> = listed.chain(choice.names.iter().copied()).collect();
    names.dedup();
    names
}

/// What can be chosen, as it is written, and what it means.
fn choices(choice: &Choice) -> Vec<(String, String)> {
    let listed =
        choice.listed.iter().map(|(written, what, source)| ((*written).to_owned(), format!("{what} ({source})")));
    let named = choice.names.iter().map(|name| {
        let values = choice.values.iter().find(|value| value.what == *name);
        let written = values.map_or_else(|| (*name).to_owned(), |_| format!("{name}(…)"));
        (written, meaning(choice, name).to_owned())
    });
    listed.chain(named).collect()
}

/// What a name without a list means: a variant, a constant or a preset of its type, or what its values make.
fn meaning(choice: &Choice, name: &str) -> &'static str {
    let constant = name.chars().enumerate().flat_map(|(ix, letter)| {
        let gap = (ix > 0 && letter.is_uppercase()).then_some('_');
        gap.into_iter().chain(letter.to_uppercase())
    });
    let ways = [name.to_owned(), constant.collect(), name.to_lowercase()];
    let found = ways.iter().map(|way| doc(&format!("{}.{way}", choice.of))).find(|doc| !doc.is_empty());
    let values = || choice.values.iter().find(|value| value.what == name).map_or("", |value| doc(value.doc));
    found.unwrap_or_else(values)
}

/// The whole language as Markdown: every record once, in the order in which a file has them.
pub fn reference() -> String {
    let mut out = String::from(
        "# The scenario language\n\n<!-- Written by `scalelab explain --all` from the doc comments of src/scenario. -->\n\n\
         A scenario is one RON file. `scalelab explain PATH` tells of one place in it, `scalelab validate FILE` of what is wrong with one.\n",
    );
    let mut told = Vec::new();
    let mut coming: Vec<(String, &'static Record)> = vec![("The file".to_owned(), &language::SCENARIO)];
    while let Some((title, record)) = coming.first().cloned() {
        coming.remove(0);
        if told.iter().any(|seen| std::ptr::eq::<Record>(*seen, record)) {
            continue;
        }
        told.push(record);
        section(&mut out, &title, record);
        for field in record.fields {
            match field.is {
                Is::Value(_) => {}
                Is::Record(own) | Is::List(own) | Is::Map(own) => coming.push((heading(own.what), own)),
                Is::Choice(choice) | Is::Choices(choice) => {
                    coming.extend(choice.values.iter().map(|own| (format!("{} ({})", own.what, field.name), own)));
                }
            }
        }
    }
    out
}

fn heading(what: &str) -> String {
    let mut letters = what.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn section(out: &mut String, title: &str, record: &Record) {
    // Writing into a string cannot fail.
    let _ = writeln!(
        out,
        "\n## {title}\n\n{}\n\n| field | what stands there | where it is left out | meaning |\n|---|---|---|---|",
        cell(doc(record.doc))
    );
    for field in record.fields {
        let otherwise = if field.otherwise.is_empty() { "must be there" } else { field.otherwise };
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} |",
            field.name,
            cell(&kind(field.is)),
            cell(otherwise),
            cell(doc(field.doc))
        );
    }
    for field in record.fields {
        if let Is::Choice(choice) | Is::Choices(choice) = field.is {
            let _ = writeln!(out, "\n`{}`:\n", field.name);
            for (name, says) in choices(choice) {
                let _ = writeln!(out, "- `{name}`: {}", cell(&says));
            }
        }
    }
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
