//! Trying again: retrial queues, and how retries multiply load.

use super::{Solved, at_least_one, positive, probability, stable};

/// Mean number in orbit of M/M/1/1 with classical retrials: who finds the server busy comes back at `retry_rate`, each.
///
/// rho^2 / (1 - rho) * (1 + mu / nu) (Falin and Templeton, *Retrial Queues*); 1 for rates 0.5, 1 and 1.
pub fn retrial_mean_orbit(arrival_rate: f64, service_rate: f64, retry_rate: f64) -> Solved<f64> {
    let rho = stable(positive("arrival rate", arrival_rate)? / positive("service rate", service_rate)?)?;
    Ok(rho * rho / (1.0 - rho) * (1.0 + service_rate / positive("retry rate", retry_rate)?))
}

/// Mean time from the first try to the end of the service of the same queue, by Little's law.
pub fn retrial_mean_response(arrival_rate: f64, service_rate: f64, retry_rate: f64) -> Solved<f64> {
    Ok(retrial_mean_orbit(arrival_rate, service_rate, retry_rate)? / arrival_rate + 1.0 / service_rate)
}

/// What retries make of a request whose attempts fail independently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amplification {
    /// Mean attempts per request.
    pub attempts: f64,
    /// Chance that all attempts fail.
    pub prob_failure: f64,
}

/// Attempts 1 + p + … + p^r and the chance p^(r + 1) to fail for good, with p to fail once and r retries.
pub fn amplification(prob_failure: f64, max_retries: u32) -> Solved<Amplification> {
    let p = probability("chance of failure", prob_failure)?;
    let all = libm::pow(p, f64::from(max_retries) + 1.0);
    // (1 - p^(r + 1)) / (1 - p), without cancellation near p = 1.
    let tries = f64::from(max_retries) + 1.0;
    let attempts = if p == 1.0 {
        tries
    } else if p < 0.5 {
        (1.0 - all) / (1.0 - p)
    } else {
        -libm::expm1(tries * libm::log1p(p - 1.0)) / (1.0 - p)
    };
    Ok(Amplification { attempts, prob_failure: all })
}

/// The same through `layers` that each retry what fails below; attempts are counted at the bottom.
///
/// With a bottom that always fails this is (r + 1)^layers: three layers with three retries make 64.
pub fn amplification_chain(prob_failure: f64, max_retries: u32, layers: u32) -> Solved<Amplification> {
    at_least_one("layers", layers)?;
    let mut chain = Amplification { attempts: 1.0, prob_failure: probability("chance of failure", prob_failure)? };
    for _ in 0..layers.min(10_000) {
        let layer = amplification(chain.prob_failure, max_retries)?;
        chain = Amplification { attempts: chain.attempts * layer.attempts, prob_failure: layer.prob_failure };
    }
    super::within("attempts", chain.attempts, chain.attempts.is_finite(), "finite")?;
    Ok(chain)
}

/// Rates of jobs between which a service that retries what times out can be stuck, though it could serve them all.
///
/// In the fluid model of metastable failures (Bronson et al., HotOS 2021): while overloaded every attempt times out and its
/// work is done all the same, so that each job comes 1 + r times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryStorm {
    /// Below this rate it recovers from anything.
    pub stable_below: f64,
    /// Above this rate it is overloaded in any case: what it can serve.
    pub overloaded_above: f64,
    /// Attempts per job while it is stuck.
    pub attempts_when_stuck: f64,
}

/// The thresholds for a service that does `capacity` attempts a second, with `max_retries` for each job.
pub fn retry_storm(capacity: f64, max_retries: u32) -> Solved<RetryStorm> {
    let (capacity, attempts) = (positive("capacity", capacity)?, 1.0 + f64::from(max_retries));
    Ok(RetryStorm { stable_below: capacity / attempts, overloaded_above: capacity, attempts_when_stuck: attempts })
}

/// The chance that a request is slow that waits for all of `leaves`, each slow with this chance: 1 - (1 - p)^n (Dean and
/// Barroso, "The tail at scale", CACM 2013).
pub fn fan_out_slow(prob_leaf_slow: f64, leaves: u32) -> Solved<f64> {
    let p = probability("chance of a slow leaf", prob_leaf_slow)?;
    at_least_one("leaves", leaves)?;
    Ok(if p == 1.0 { 1.0 } else { -libm::expm1(f64::from(leaves) * libm::log1p(-p)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retrials_cost_more_the_longer_people_stay_away() {
        assert_eq!(retrial_mean_orbit(0.5, 1.0, 1.0), Ok(1.0));
        assert_eq!(retrial_mean_response(0.5, 1.0, 1.0), Ok(3.0));
        // Constant retrying is waiting in line: rho^2 / (1 - rho) as in M/M/1.
        let eager = retrial_mean_orbit(0.8, 1.0, 1e12).expect("stable");
        assert!((eager - 3.2).abs() < 1e-9, "{eager}");
        assert!(retrial_mean_orbit(1.0, 1.0, 1.0).is_err() && retrial_mean_orbit(0.5, 1.0, 0.0).is_err());
    }

    #[test]
    fn amplification_is_a_geometric_sum() {
        let got = amplification(0.1, 2).expect("valid");
        assert!((got.attempts - 1.11).abs() < 1e-15 && (got.prob_failure - 0.001).abs() < 1e-18, "{got:?}");
        assert_eq!(amplification(1.0, 3), Ok(Amplification { attempts: 4.0, prob_failure: 1.0 }));
        assert_eq!(amplification(0.0, 3), Ok(Amplification { attempts: 1.0, prob_failure: 0.0 }));
        let almost = amplification(1.0 - 1e-9, 3).expect("valid").attempts;
        assert!((almost - 4.0 + 6e-9).abs() < 1e-14, "{almost}");
        assert!(amplification(1.5, 1).is_err());
    }

    #[test]
    fn a_storm_is_possible_between_what_retries_leave_and_what_there_is() {
        let storm = retry_storm(1_000.0, 3).expect("valid");
        assert_eq!((storm.stable_below, storm.overloaded_above, storm.attempts_when_stuck), (250.0, 1_000.0, 4.0));
        assert!(retry_storm(0.0, 1).is_err());
    }

    #[test]
    fn one_slow_leaf_in_a_hundred_makes_two_thirds_of_requests_slow() {
        let slow = fan_out_slow(0.01, 100).expect("valid");
        assert!((slow - 0.633_967_658_726_770_9).abs() < 1e-15, "{slow}");
        assert_eq!((fan_out_slow(1.0, 3), fan_out_slow(0.0, 3)), (Ok(1.0), Ok(0.0)));
        assert!(fan_out_slow(0.5, 0).is_err());
    }

    #[test]
    fn chains_multiply() {
        assert_eq!(amplification_chain(1.0, 3, 3).map(|chain| chain.attempts), Ok(64.0));
        let once = amplification_chain(0.3, 2, 1).expect("valid");
        assert_eq!(Ok(once), amplification(0.3, 2));
        assert!(amplification_chain(1.0, 9, 1_000).is_err());
    }
}
