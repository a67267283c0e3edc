//! The tables that are built in, so that the program can show what it is worth wherever it is started.

use super::{Table, TableError};

const ALL: [(&str, &str); 8] = [
    ("cache_irm_dev.json", include_str!("../../../tests/data/truth/cache_irm_dev.json")),
    ("cache_traces_dev.json", include_str!("../../../tests/data/truth/cache_traces_dev.json")),
    ("fault_tolerance_dev.json", include_str!("../../../tests/data/truth/fault_tolerance_dev.json")),
    ("k8s_hpa_dev.json", include_str!("../../../tests/data/truth/k8s_hpa_dev.json")),
    ("knative_kpa_dev.json", include_str!("../../../tests/data/truth/knative_kpa_dev.json")),
    ("load_balancing_dev.json", include_str!("../../../tests/data/truth/load_balancing_dev.json")),
    ("queueing_exact_dev.json", include_str!("../../../tests/data/truth/queueing_exact_dev.json")),
    ("scalability_laws_dev.json", include_str!("../../../tests/data/truth/scalability_laws_dev.json")),
];

/// What the names of the tables that are judged here begin with; others are headlines.
pub const TOPICS: [&str; 8] = [
    "cache_irm",
    "cache_traces",
    "fault_tolerance",
    "k8s_hpa",
    "knative_kpa",
    "load_balancing",
    "queueing_exact",
    "scalability_laws",
];

/// All of them, in the order of their names.
///
/// # Errors
/// When one of them is no table: then this program was built from a broken copy.
pub fn tables() -> Result<Vec<Table>, TableError> {
    ALL.into_iter().map(|(file, text)| Table::of_text(file, text)).collect()
}
