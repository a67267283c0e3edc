//! A PID controller in its incremental form, so that it cannot wind up at a bound.
//!
//! Åström and Murray, "Feedback Systems" (2008), chapter 10. What is missing is e = busy cores / (cores of one machine x
//! target) - machines that work; each look adds Kp (e - e') + Ki e T + Kd (e - 2 e' + e'') / T machines, T in minutes. With
//! Kp = 0.4, Ki = 1.2, 4 machines, 6 needed, a look after 15 s that was at its target: 0.4 x 2 + 1.2 x 2 x 0.25 = 1.4 more.

use super::sight::Sight;
use super::{Decision, Reason, Seen};
use crate::base::{Span, Time};
use crate::scenario::Pid;

/// A pool's controller.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolPid {
    pid: Pid,
    bounds: (u32, u32),
    /// Machines that were missing at the last look, and at the one before.
    missing: [f64; 2],
    /// Machines it would have if there were fractions of them; `None` before the first look.
    output: Option<f64>,
}

impl PoolPid {
    /// A fresh one within these bounds.
    pub fn new(pid: Pid, min: u32, max: u32) -> Self {
        Self { pid, bounds: (min, max), missing: [0.0; 2], output: None }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.pid.every
    }

    /// Decides.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        let ready = sight.ready();
        let (busy, waiting) = (sight.busy(), f64::from(sight.waiting));
        let per_machine = f64::from(sight.cores.max(1)) * self.pid.cpu;
        if ready == 0 && waiting == 0.0 {
            return Some(Decision::keep(sight.size, Reason::NoMetrics));
        }
        // What is on its way is not missing.
        let coming = f64::from(sight.size.saturating_sub(ready));
        let missing = busy / per_machine - f64::from(ready) - coming;
        let minutes = self.pid.every.secs() / 60.0;
        let [last, before] = self.missing;
        let Pid { proportional, integral, derivative, .. } = self.pid;
        let change = proportional * (missing - last)
            + integral * missing * minutes
            + derivative * (missing - 2.0 * last + before) / minutes.max(1e-9);
        self.missing = [missing, last];
        let (min, max) = self.bounds;
        let output = self.output.unwrap_or(f64::from(sight.size)) + change;
        // What a bound takes is not remembered.
        let bounded = output.clamp(f64::from(min), f64::from(max.max(min)));
        self.output = Some(bounded);
        let wanted = output.round().max(0.0) as u32;
        let seen = Seen { at: now, value: busy / (f64::from(ready.max(1)) * f64::from(sight.cores.max(1))) };
        Some(Decision::bounded(sight.size, None, wanted, true, wanted == sight.size, self.bounds, seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(machines: u32, busy: f64) -> Sight {
        Sight::of_machines(machines, busy / f64::from(machines))
    }

    #[test]
    fn it_adds_what_its_gains_say_and_does_not_wind_up() {
        let mut pid = PoolPid::new(Pid::of(0.5), 1, 8);
        let at = |secs: u64| Time(secs * 1_000_000_000);
        // 4 busy cores at a target of 1 a machine: 4 machines are right.
        let size = |decision: Option<Decision>| decision.map(|decision| decision.size);
        assert_eq!(size(pid.look(at(15), &sight(4, 4.0))), Some(4));
        // 6 are: 0.4 x 2 + 1.2 x 2 x 0.25 = 1.4 more.
        assert_eq!(size(pid.look(at(30), &sight(4, 6.0))), Some(5));
        assert!(pid.output.is_some_and(|output| (output - 5.4).abs() < 1e-9), "{pid:?}");
        // Far beyond the bound for an hour, and back: it is below the bound at the second look.
        (0..240).for_each(|look| _ = pid.look(at(45 + look * 15), &sight(8, 16.0)));
        assert_eq!(pid.output, Some(8.0));
        _ = pid.look(at(4_000), &sight(8, 2.0));
        assert!(size(pid.look(at(4_015), &sight(8, 2.0))).is_some_and(|size| size < 8), "{pid:?}");
    }
}
