//! A person's own table.

use std::sync::Arc;

use super::read::{Cx, record, text};
use crate::scenario::syntax::Node;
use crate::scenario::{OwnTable, TableSource};

/// `(file: "trips.csv", group: "zone", number: "fare", category: "payment")`
pub(super) fn table(node: &Node, cx: &mut Cx) -> Option<Arc<OwnTable>> {
    let fields = record(node, "a table", &["file", "group", "number", "category"], cx)?;
    let file = fields.required("file", text, cx);
    let [group, number, category] = ["group", "number", "category"].map(|name| fields.required(name, text, cx));
    let source = TableSource { file: file?, group: group?, number: number?, category: category? };
    match OwnTable::read(&source) {
        Ok(table) => Some(Arc::new(table)),
        Err(why) => {
            let at = fields.node("file")?.span.clone();
            cx.wrong(at, why, "name a CSV or Parquet file by its whole path, and columns that it has")
        }
    }
}
