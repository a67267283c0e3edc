//! What this program is.

/// Version, commit where it was built from a repository (with a `+` where that had changes), and how it was built.
pub fn build() -> String {
    let how = if cfg!(debug_assertions) { "debug" } else { "release" };
    let window = if cfg!(feature = "window") { "with the window" } else { "without the window" };
    format!("{} ({}, {how}, {window})", env!("CARGO_PKG_VERSION"), env!("SCALELAB_COMMIT"))
}
