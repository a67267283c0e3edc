//! What is done by typing alone: every knob, two futures, and the end.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use scalelab::base::{GroupIx, PoolId, SourceId};
use scalelab::metrics::snapshot::Strike;
use scalelab::scenario::{Balance, Cache, Command, Eviction, Fault, Victim};

use super::Window;
use super::pictures::simulated;
use super::shell::{asks, press};
use crate::fixture;

const POOL: PoolId = PoolId(0);

/// Types into the list of everything, takes what is first, and returns what was turned.
fn turns(query: &str) -> Vec<Command> {
    let mut window = Window::on(fixture::overloaded());
    asks(&mut window, query);
    press(&mut window, Key::Enter);
    window.turned()
}

#[test]
fn every_knob_is_turned_by_typing() {
    let group = GroupIx(1);
    let source = SourceId(0);
    assert_eq!(turns("traffic more"), [Command::SetTrafficFactor { source, factor: 1.25 }]);
    assert_eq!(turns("traffic less"), [Command::SetTrafficFactor { source, factor: 0.75 }]);
    assert_eq!(turns("machines more"), [Command::SetCount { pool: POOL, group, count: 3 }]);
    assert_eq!(turns("machines fewer"), [Command::SetCount { pool: POOL, group, count: 1 }]);
    assert_eq!(turns("machines larger c7i"), [Command::Resize { pool: POOL, group, cores: 4 }]);
    assert_eq!(
        turns("send least outstanding"),
        [Command::SetBalance { pool: POOL, balance: Balance::LeastOutstanding }]
    );
    let cache = turns("cache lru");
    assert!(matches!(cache[..], [Command::SetCache { cache: Cache::Keep { by: Eviction::Lru, .. }, .. }]), "{cache:?}");
    let fault = turns("fault breaks");
    let broken = |victim| Fault { strike: Strike::Break, victim };
    assert!(
        matches!(&fault[..], [Command::Inject { fault, .. }] if *fault == broken(Victim::Machine(POOL, 0))),
        "{fault:?}"
    );
    let goal = turns("goal: ms");
    assert!(matches!(goal[..], [Command::SetBound { objective: 0, .. }]), "{goal:?}");
}

#[test]
fn what_the_list_has_of_the_knobs_is_never_refused() {
    let mut window = Window::on(fixture::overloaded());
    asks(&mut window, "");
    let rows = window.harness.query_all_by_label_contains(", Knob");
    let names = rows.filter_map(|row| row.accesskit_node().label()).filter(|name| !name.starts_with("Explain"));
    let names: Vec<String> = names.collect();
    assert!(names.len() > 25, "{names:?}");
    press(&mut window, Key::Escape);
    for name in names {
        // Numbers in it change as it is turned.
        asks(&mut window, name.split([',', '(']).next().unwrap_or(&name));
        press(&mut window, Key::Enter);
        assert!(!window.turned().is_empty() && !window.has_part("cannot be turned"), "{name}");
    }
}

#[test]
fn a_run_is_forked_here_or_at_an_instant_that_is_typed() {
    let mut window = Window::on(simulated(fixture::overloaded()));
    asks(&mut window, "fork");
    assert!(window.has_part("Fork the run at 0:16.0: two futures, Run"));
    press(&mut window, Key::Escape);
    asks(&mut window, "fork 0:12.5");
    assert!(window.has_part("Fork the run at 0:12.5: two futures, Run"));
    press(&mut window, Key::Enter);
    window.show_only("compare");
    assert!(window.has("parted at 0:12.5"));
    press(&mut window, Key::Escape);
    asks(&mut window, "end fork");
    press(&mut window, Key::Enter);
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.frames();
    window.show_only("compare");
    assert!(window.has("parted at 0:16.0"));
}

#[test]
fn a_live_run_has_no_futures_in_the_list() {
    let mut window = Window::on(fixture::overloaded());
    asks(&mut window, "fork 0:12");
    assert!(!window.has_part("Fork the run"));
}
