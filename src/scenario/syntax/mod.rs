//! The text of a scenario as a tree in which every value knows where it stands.
//!
//! Scenario files are RON. They are read into a tree with byte spans instead of straight into structs, because a person
//! who writes one deserves all errors at once, each at its own place: a typed parse with the `ron` crate ends at the
//! first error, reports a missing field at the end of its struct, takes duplicate keys silently and has no place at all
//! for errors found later. The tree also serves what changes a file without touching its comments (`--set`, saving).
//!
//! Only the part of RON that scenarios need is accepted: records, tuples, variants, lists, maps with names as keys,
//! strings and decimal numbers. Whatever is accepted here is RON: tests compare with the `ron` crate.

mod parse;
mod tree;

pub(super) use parse::{SyntaxError, parse, parse_value};
pub(super) use tree::{Args, Field, Kind, Node, Range, Tree};
