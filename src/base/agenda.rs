//! Where those who know what happens later put it down, without knowing who reminds them.

use super::time::Time;

/// Takes in what is to happen when.
pub trait Agenda<T> {
    /// `what` happens at `at`; of what happens at the same time, what was planned first goes first.
    fn plan(&mut self, at: Time, what: T);
}

/// In the order of planning.
impl<T> Agenda<T> for Vec<(Time, T)> {
    fn plan(&mut self, at: Time, what: T) {
        self.push((at, what));
    }
}
