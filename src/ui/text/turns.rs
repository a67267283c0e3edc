//! Words of what the list of everything has of the knobs, of runs beside each other, and of the end.

use crate::base::figures::plural;

pub(crate) const DO_END_FORK: &str = "End the fork: this run goes on alone";
pub(crate) const DO_COMPARE: &str = "How sure is the difference? Run each of them 12 times";
pub(crate) const DO_CLOSE_NOTICE: &str = "Close the message";
pub(crate) const DO_QUIT: &str = "Quit";

/// Parting the run at an instant.
pub(crate) fn do_fork(clock: &str) -> String {
    format!("Fork the run at {clock}: two futures")
}

/// Other traffic.
pub(crate) fn turn_traffic(factor: f64, is_more: bool) -> String {
    format!("Traffic: {} (×{factor:.2})", if is_more { "more" } else { "less" })
}

/// Another number of machines.
pub(crate) fn turn_count(name: &str, to: u32, stands: u32) -> String {
    let machines = plural(u64::from(to), "machine", "machines");
    format!("Machines: one {} {name} ({machines})", if to > stands { "more" } else { "fewer" })
}

/// Another size of machines.
pub(crate) fn turn_cores(name: &str, to: u32, stands: u32) -> String {
    let cores = plural(u64::from(to), "core", "cores");
    format!("Machines: {} than {name} ({cores})", if to > stands { "larger" } else { "smaller" })
}

/// Another choice of a knob that has some.
pub(crate) fn turn_choice(knob: &str, choice: impl std::fmt::Display) -> String {
    format!("{knob}: {choice}")
}

/// Something that goes wrong.
pub(crate) fn turn_fault(what: &str, machine: &str, lasts: &str) -> String {
    format!("Fault: {what}, {machine}, for {lasts}")
}

/// Another goal.
pub(crate) fn turn_goal(bound: &str) -> String {
    format!("Goal: {bound}")
}

/// A turn where there are several pools.
pub(crate) fn turn_of_pool(turn: &str, pool: &str) -> String {
    format!("{turn}, pool {pool}")
}

/// What the window is called among others: what is open, whether something of it is unsaved, and the program.
pub(crate) fn window_title(title: &str, unsaved: usize) -> String {
    let mark = if unsaved > 0 { "• " } else { "" };
    format!("{mark}{title} · scalelab")
}
