//! Redundancy-d: each job is copied to d of k queues at random, and the first copy to finish cancels the others.

use super::{Solved, at_least_one, positive, stable, within};

/// Mean response with independent exponential copies (Gardner et al., "Redundancy-d", Operations Research 2017).
///
/// The sum over i from d to k of 1 / (k mu C(k - 1, d - 1) / C(i - 1, d - 1) - k lambda), with lambda per server.
/// With one copy it is M/M/1, with k copies one server k times as fast.
pub fn redundancy_mean_response(
    servers: u32,
    copies: u32,
    arrival_rate_per_server: f64,
    service_rate: f64,
) -> Solved<f64> {
    at_least_one("copies", copies)?;
    within("copies", f64::from(copies), copies <= servers, "at most the number of servers")?;
    within("servers", f64::from(servers), servers <= 10_000, "at most 10000")?;
    stable(positive("arrival rate", arrival_rate_per_server)? / positive("service rate", service_rate)?)?;
    let k = f64::from(servers);
    let term = |i: u32| {
        let ratio: f64 = (1..copies).map(|j| (k - f64::from(j)) / (f64::from(i) - f64::from(j))).product();
        1.0 / (k * service_rate * ratio - k * arrival_rate_per_server)
    };
    Ok((copies..=servers).map(term).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_simple_queues() {
        let near = |got: Solved<f64>, expected: f64| {
            assert!(got.clone().is_ok_and(|got| (got / expected - 1.0).abs() < 1e-12), "{got:?} is not {expected}");
        };
        near(redundancy_mean_response(2, 1, 0.8, 1.0), 5.0);
        near(redundancy_mean_response(100, 1, 0.8, 1.0), 5.0);
        near(redundancy_mean_response(4, 4, 0.8, 1.0), 1.0 / 0.8);
        near(redundancy_mean_response(10, 2, 0.9, 1.0), 2.143_298_059_964_726_7);
        assert!(redundancy_mean_response(2, 3, 0.5, 1.0).is_err() && redundancy_mean_response(2, 1, 1.0, 1.0).is_err());
    }
}
