//! What a pool does about failures and about too much: for each decision the choices that are listed for it, and none.

use eframe::egui::{Button, ComboBox, RichText, Ui};

use super::{Running, Scene};
use crate::base::Span;
use crate::base::figures::secs;
use crate::scenario::{
    Backoff, Breaker, Budget, Command, Gate, Late, Listed, Outliers, Resilience, Retry, limits, name_of,
};
use crate::ui::text;
use crate::ui::widgets::list::list_ui;

/// Timeouts that are offered, in milliseconds.
const TIMEOUTS: [u64; 9] = [50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000];
/// Attempts after the first that are offered.
const RETRIES: std::ops::RangeInclusive<u32> = 0..=5;

/// Something that can be chosen.
struct Choice {
    name: String,
    what: &'static str,
    source: &'static str,
    then: Resilience,
}

impl Choice {
    fn new(name: impl Into<String>, then: Resilience) -> Self {
        Self { name: name.into(), what: "", source: "", then }
    }

    /// One of a list.
    fn listed((written, what, source): Listed, then: Resilience) -> Self {
        Self { name: name_of(&(written, what, source)).to_owned(), what, source, then }
    }
}

/// Shows what a pool does about this decision, which people know by that name, and what else it could do; returns what a person wants.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>, run: &Running<'_>, (name, decision): (&str, &str)) -> Option<Command> {
    let stands = &run.standing.pools.get(run.pool.ix())?.resilience;
    let choices = choices(decision, stands);
    let chosen = choices.iter().find(|choice| choice.then == **stands);
    let shown = chosen.map_or_else(|| written(decision, stands), |choice| choice.name.clone());
    let combo = ComboBox::from_id_salt(("resilience", decision)).width(ui.available_width()).selected_text(shown);
    let mut turned = None;
    let response = list_ui(combo, ui, |ui| {
        for choice in &choices {
            let stands_there = choice.then == **stands;
            let what = RichText::new(choice.what).size(scene.size.small);
            let what = if stands_there { what } else { what.color(scene.palette.soft) };
            let button = Button::selectable(stands_there, choice.name.as_str()).right_text(what);
            let response = ui.add(button);
            let response = if choice.source.is_empty() { response } else { response.on_hover_text(choice.source) };
            if response.clicked() && !stands_there {
                turned = Some(choice.then.clone());
            }
        }
    });
    response.accessible_name(name);
    turned.map(|resilience| Command::SetResilience { pool: run.pool, resilience: resilience.into() })
}

/// What can be chosen for a decision, with everything else as it stands.
fn choices(decision: &str, stands: &Resilience) -> Vec<Choice> {
    let with = |change: &dyn Fn(&mut Resilience)| {
        let mut then = stands.clone();
        change(&mut then);
        then
    };
    let retry = |change: &dyn Fn(&mut Retry)| with(&|then| change(&mut then.retry));
    let none = |then: Resilience| Choice { what: text::NOT_DONE, ..Choice::new(text::NONE, then) };
    match decision {
        "timeout" => {
            let offered = TIMEOUTS.map(Span::from_millis);
            let offered = offered.map(|own| Choice::new(secs(own.secs()), with(&|then| then.timeout = Some(own))));
            std::iter::once(none(with(&|then| then.timeout = None))).chain(offered).collect()
        }
        "late" => listed(&Late::ALL, Late::plain(), |own| with(&|then| then.late = own)),
        "retry.max" => {
            RETRIES.map(|more| Choice::new(more.to_string(), retry(&|then| then.attempts_max = more + 1))).collect()
        }
        "retry.backoff" => listed(&Backoff::ALL, Backoff::plain(), |own| retry(&|then| then.backoff = own)),
        "retry.budget" => {
            let mut choices = vec![none(retry(&|then| then.budget = None))];
            choices.extend(listed(&Budget::ALL, Budget::plain(), |own| retry(&|then| then.budget = Some(own))));
            choices
        }
        "breaker" => {
            let mut choices = vec![none(with(&|then| then.breaker = None))];
            choices.extend(listed(&Breaker::ALL, Breaker::plain(), |own| with(&|then| then.breaker = Some(own))));
            choices
        }
        "outliers" => {
            let mut choices = vec![none(with(&|then| then.outliers = None))];
            choices.extend(listed(&Outliers::ALL, Outliers::plain(), |own| with(&|then| then.outliers = Some(own))));
            choices
        }
        _ => {
            let mut choices = vec![none(with(&|then| then.admit.clear()))];
            choices.extend(listed(&Gate::ALL, Gate::plain(), |own| with(&|then| then.admit = vec![own])));
            choices
        }
    }
}

/// Each of a list; a system's name for what stands there already is left out.
fn listed<T: Copy + PartialEq>(list: &[Listed], plain: &[T], then: impl Fn(T) -> Resilience) -> Vec<Choice> {
    let new = plain.iter().enumerate().filter(|(ix, own)| !plain[..*ix].contains(own));
    new.map(|(ix, own)| Choice::listed(list[ix], then(*own))).collect()
}

/// What stands there, where it is none of the choices.
fn written(decision: &str, stands: &Resilience) -> String {
    let Resilience { timeout, retry, breaker, outliers, admit, .. } = stands;
    let none = || text::NONE.to_owned();
    match decision {
        "timeout" => timeout.map_or_else(none, |timeout| secs(timeout.secs())),
        "late" => stands.late.name().to_owned(),
        "retry.max" => (retry.attempts_max - 1).min(limits::RETRIES_MAX).to_string(),
        "retry.backoff" => retry.backoff.written(),
        "retry.budget" => retry.budget.map_or_else(none, Budget::written),
        "breaker" => breaker.map_or_else(none, Breaker::written),
        "outliers" => outliers.map_or_else(none, Outliers::written),
        _ => admit.iter().map(|gate| gate.written()).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::POLICIES;

    #[test]
    fn every_decision_of_the_list_is_offered_whole() {
        let stands = Resilience::default();
        for (decision, list) in
            POLICIES.iter().filter_map(|(known, list)| Some((known.strip_prefix("resilience.")?, list)))
        {
            let choices = choices(decision, &stands);
            let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
            // Two names of one breaker are one choice.
            let most = list.iter().filter(|listed| names.contains(&name_of(listed))).count();
            assert!(
                most >= list.len().min(2) && choices.iter().any(|choice| choice.then == stands),
                "{decision}: {names:?}"
            );
            for (ix, choice) in choices.iter().enumerate() {
                let same = choices[..ix].iter().find(|other| other.then == choice.then);
                assert!(same.is_none(), "{decision}: {} is there twice", choice.name);
            }
        }
    }

    #[test]
    fn what_is_no_choice_is_said_as_a_file_has_it() {
        let own = Resilience {
            timeout: Some(Span::from_millis(123)),
            admit: Gate::plain()[..2].to_vec(),
            ..Resilience::default()
        };
        assert_eq!(written("timeout", &own), "123 ms");
        assert_eq!(written("admit", &own), "TokenBucket(rate: 100.0, burst: 20.0), InFlight(max: 100)");
        assert_eq!(written("breaker", &own), "none");
    }
}
