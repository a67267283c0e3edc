//! When the last machine may go.
//!
//! Knative Serving, `pkg/reconciler/autoscaling/kpa/scaler.go`: what has been idle for a stable window is first marked
//! inactive, so that requests go through the activator; the machine goes when that has lasted for a grace period.

use crate::base::Span;

/// What a pool is, as far as scaling to zero is concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Whether it serves, and for how long that has been so.
    pub state: Option<(Activity, Span)>,
    /// Whether anything can ask for it.
    pub is_reachable: bool,
    /// Whether what is asked for can wait somewhere while no machine is there.
    pub is_activator_in_path: bool,
    /// How long everything has gone through there.
    pub proxied_for: Span,
    /// Whether it ever had as many machines as it began with.
    pub is_initialised: bool,
}

/// Whether a pool serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Its first machine is on its way.
    Activating,
    /// It serves.
    Active,
    /// Nobody has asked for anything.
    Inactive,
}

/// What settings say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Machines at least, while it can be reached.
    pub min: u32,
    /// Machines at most; 0 is any number.
    pub max: u32,
    /// Machines to begin with.
    pub initial: u32,
    /// Whether the last one may go.
    pub scale_to_zero: bool,
    /// What the calm average is over.
    pub stable_window: Span,
    /// How long it is inactive before the last one goes.
    pub grace_period: Span,
    /// How long the last one stays at least, while it can be reached.
    pub retention: Span,
    /// How long the first one may take to come.
    pub progress_deadline: Span,
}

/// Besides the deadline for progress, so long is waited for the first machine.
const ACTIVATION_BUFFER: Span = Span::from_secs(30);

/// What becomes of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Machines; `None` where nothing is known.
    pub machines: Option<u32>,
    /// Whether their number is to be changed to that.
    pub is_applied: bool,
}

/// Applies bounds, and what it takes to let the last machine go.
pub fn apply(wanted: Option<u32>, standing: &Standing, bounds: &Bounds) -> Applied {
    let kept = |machines| Applied { machines, is_applied: false };
    let changed = |machines| Applied { machines: Some(machines), is_applied: true };
    let is_activating = matches!(standing.state, Some((Activity::Activating, _)));
    if wanted.is_none() && !is_activating {
        return kept(None);
    }
    let mut min = if standing.is_reachable { bounds.min } else { 0 };
    if !standing.is_initialised {
        min = min.max(bounds.initial);
    }
    let machines = wanted.unwrap_or(0).max(min);
    let machines = if bounds.max > 0 { machines.min(bounds.max) } else { machines };
    if machines > 0 {
        return changed(machines);
    }
    if !bounds.scale_to_zero {
        return changed(1);
    }
    match standing.state {
        Some((Activity::Activating, age)) if age >= bounds.progress_deadline + ACTIVATION_BUFFER => changed(0),
        Some((Activity::Activating, _)) => kept(None),
        Some((Activity::Active, age)) if age >= bounds.stable_window => kept(Some(0)),
        Some((Activity::Active, _)) => changed(1),
        Some((Activity::Inactive, age)) if standing.is_activator_in_path => {
            let retention = if standing.is_reachable { bounds.retention } else { Span::ZERO };
            let is_sure = age >= bounds.grace_period.max(retention);
            let is_proxied = standing.proxied_for >= bounds.grace_period && age >= retention;
            if is_sure || is_proxied { changed(0) } else { kept(Some(0)) }
        }
        Some((Activity::Inactive, _)) | None => kept(Some(0)),
    }
}
