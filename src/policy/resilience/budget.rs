//! What keeps retries and copies together within bounds, so that they do not make an overload worse.

use super::{Ended, Window};
use crate::base::{Span, Time};
use crate::scenario::Budget;

/// A retry budget at work.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryBudget(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Share { account: Window, reserve: i64, cost: i64, deposit: i64 },
    InFlight { share: f64, least: u32 },
    Tokens { millis: i64, max: i64, ratio: i64 },
    Quota { left: u32, capacity: u32, cost: u32, refused_cost: u32 },
}

/// What one request pays into a budget by shares: a retry costs as many times that as requests pay for one (Finagle).
const DEPOSIT: i64 = 1_000;
/// What a request without a retry gives back to a quota (botocore).
pub const QUOTA_GIVEN_BACK: u32 = 1;

impl RetryBudget {
    /// A fresh one.
    pub fn new(budget: Budget) -> Self {
        Self(match budget {
            Budget::Share { share, per_second, lifetime } => {
                let cost = if share > 0.0 { (DEPOSIT as f64 / share) as i64 } else { 1 };
                let seconds = (lifetime.0 / Span::from_secs(1).0) as i64;
                let reserve = i64::from(per_second).saturating_mul(seconds).saturating_mul(cost);
                let deposit = if share > 0.0 { DEPOSIT } else { 0 };
                Kind::Share { account: Window::new(lifetime), reserve, cost, deposit }
            }
            Budget::InFlight { share, least } => Kind::InFlight { share, least },
            Budget::Tokens { max, ratio } => {
                let max = (max * 1e3).round() as i64;
                Kind::Tokens { millis: max, max, ratio: (ratio * 1e3).round() as i64 }
            }
            Budget::Quota { capacity, cost, refused_cost } => {
                Kind::Quota { left: capacity, capacity, cost, refused_cost }
            }
        })
    }

    /// A task is tried for the first time.
    pub fn request(&mut self, now: Time) {
        if let Kind::Share { account, deposit, .. } = &mut self.0 {
            account.add(now, *deposit);
        }
    }

    /// An attempt has ended; `paid` is what was paid for it.
    pub fn ended(&mut self, how: Ended, paid: u32) {
        match (&mut self.0, how) {
            (Kind::Tokens { millis, max, ratio }, Ended::Well) => *millis = (*millis + *ratio).min(*max),
            (Kind::Tokens { millis, .. }, Ended::Badly | Ended::Refused) => *millis = (*millis - 1_000).max(0),
            (Kind::Quota { left, capacity, .. }, Ended::Well) => {
                let back = if paid > 0 { paid } else { QUOTA_GIVEN_BACK };
                *left = left.saturating_add(back).min(*capacity);
            }
            _ => {}
        }
    }

    /// Whether there may be one more retry, and what is paid for it. `in_flight` counts attempts, `retries` those among
    /// them that are not the first of their task; `refused` says whether the attempt before was.
    pub fn pay(&mut self, now: Time, in_flight: u32, retries: u32, refused: bool) -> Option<u32> {
        match &mut self.0 {
            Kind::Share { account, reserve, cost, .. } => {
                if *reserve + account.sum(now) < *cost {
                    return None;
                }
                account.add(now, -*cost);
                Some(0)
            }
            Kind::InFlight { share, least } => (retries < retries_max(*share, *least, in_flight)).then_some(0),
            Kind::Tokens { millis, max, .. } => (2 * *millis > *max).then_some(0),
            Kind::Quota { left, cost, refused_cost, .. } => {
                let cost = if refused { *refused_cost } else { *cost };
                *left = left.checked_sub(cost)?;
                Some(cost)
            }
        }
    }

    /// Retries that could be made now, where they are counted; tokens, where they are.
    pub fn balance(&mut self, now: Time) -> f64 {
        match &mut self.0 {
            Kind::Share { account, reserve, cost, .. } => ((*reserve + account.sum(now)) / *cost) as f64,
            Kind::InFlight { least, .. } => f64::from(*least),
            Kind::Tokens { millis, .. } => *millis as f64 / 1e3,
            Kind::Quota { left, .. } => f64::from(*left),
        }
    }
}

/// Retries in flight that a share of what is in flight allows.
pub fn retries_max(share: f64, least: u32, in_flight: u32) -> u32 {
    ((share * f64::from(in_flight)) as u32).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Time {
        Time::ZERO + Span::from_secs(secs)
    }

    #[test]
    fn a_share_of_requests_is_lent_for_its_lifetime() {
        let mut budget = RetryBudget::new(Budget::Share { share: 0.5, per_second: 0, lifetime: Span::from_secs(10) });
        assert_eq!(budget.pay(at(0), 0, 0, false), None);
        (0..4).for_each(|_| budget.request(at(0)));
        assert_eq!(budget.balance(at(5)), 2.0);
        assert_eq!(budget.pay(at(5), 0, 0, false), Some(0));
        assert_eq!(budget.balance(at(5)), 1.0);
        // The deposits expire before what was drawn on them.
        assert_eq!((budget.pay(at(10), 0, 0, false), budget.balance(at(20))), (None, 0.0));
    }

    #[test]
    fn a_quota_is_given_back_by_retries_that_succeed() {
        let mut budget = RetryBudget::new(Budget::Quota { capacity: 30, cost: 14, refused_cost: 5 });
        assert_eq!((budget.pay(at(0), 0, 0, false), budget.pay(at(0), 0, 0, true)), (Some(14), Some(5)));
        assert_eq!(budget.pay(at(0), 0, 0, false), None);
        budget.ended(Ended::Badly, 14);
        budget.ended(Ended::Well, 0);
        assert_eq!(budget.balance(at(0)), 12.0);
        budget.ended(Ended::Well, 14);
        assert_eq!(budget.balance(at(0)), 26.0);
        budget.ended(Ended::Well, 5);
        assert_eq!(budget.balance(at(0)), 30.0);
    }

    #[test]
    fn retries_in_flight_are_bounded_by_what_is_in_flight() {
        let mut budget = RetryBudget::new(Budget::ENVOY);
        assert_eq!((budget.pay(at(0), 10, 2, false), budget.pay(at(0), 10, 3, false)), (Some(0), None));
        assert_eq!((budget.pay(at(0), 100, 19, false), budget.pay(at(0), 100, 20, false)), (Some(0), None));
    }
}
