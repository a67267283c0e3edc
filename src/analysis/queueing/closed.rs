//! Closed networks: customers that think, visit stations and think again. Exact mean value analysis (Reiser and
//! Lavenberg 1980) for single-server stations, exponential in order of arrival or any law under processor sharing.

use super::{Solved, Unsolvable, at_least_one, not_negative, positive, within};

/// Steps (customers times stations) that one solution may take.
const STEPS_MAX: u64 = 1_000_000_000;

/// A closed network in steady state.
#[derive(Clone, Debug, PartialEq)]
pub struct Closed {
    /// Cycles completed per unit of time.
    pub throughput: f64,
    /// Mean time of one cycle without thinking.
    pub response: f64,
    /// Mean number at each station.
    pub mean_numbers: Vec<f64>,
    /// Share of the time that each station is busy.
    pub utilizations: Vec<f64>,
    /// Customers at which the asymptotes of light and heavy load cross: (sum of demands + think time) / largest demand.
    pub saturation_point: f64,
}

impl Closed {
    /// Share of the time that the busiest station is busy.
    pub fn bottleneck_utilization(&self) -> f64 {
        self.utilizations.iter().copied().fold(0.0, f64::max)
    }
}

/// Solves the network for `customers`, with the total demand of one cycle at each station and the mean think time.
///
/// One customer at a time: an arrival sees the network as it is without it. Worked number: demands 0.1 and 0.1 without
/// thinking and 20 customers do 9.52381 cycles per unit of time.
pub fn closed_network(demands: &[f64], think_time: f64, customers: u32) -> Solved<Closed> {
    at_least_one("customers", customers)?;
    not_negative("think time", think_time)?;
    for &demand in demands {
        not_negative("demand", demand)?;
    }
    let largest = positive("largest demand", demands.iter().copied().fold(0.0, f64::max))?;
    if u64::from(customers) * demands.len() as u64 > STEPS_MAX {
        return Err(Unsolvable::OutOfReach { what: "mean value analysis", why: "too many customers times stations" });
    }
    let mut numbers = vec![0.0; demands.len()];
    let (mut throughput, mut response) = (0.0, 0.0);
    for n in 1..=customers {
        for (number, demand) in numbers.iter_mut().zip(demands) {
            // For now the time at the station.
            *number = demand * (1.0 + *number);
        }
        response = numbers.iter().sum();
        throughput = f64::from(n) / (think_time + response);
        numbers.iter_mut().for_each(|number| *number *= throughput);
    }
    within("throughput", throughput, throughput.is_finite(), "finite")?;
    Ok(Closed {
        throughput,
        response,
        mean_numbers: numbers,
        utilizations: demands.iter().map(|demand| demand * throughput).collect(),
        saturation_point: (demands.iter().sum::<f64>() + think_time) / largest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::queueing::Repairman;

    fn near(got: f64, expected: f64) {
        assert!((got / expected - 1.0).abs() < 1e-12, "{got} is not {expected}");
    }

    #[test]
    fn the_worked_number() {
        let network = closed_network(&[0.1, 0.1], 0.0, 20).expect("valid");
        near(network.throughput, 20.0 / 2.1);
        near(network.mean_numbers[0], 10.0);
        assert_eq!(network.saturation_point, 2.0);
    }

    #[test]
    fn one_station_with_thinking_is_the_machine_repairman() {
        let network = closed_network(&[0.5], 10.0, 30).expect("valid");
        let repairman = Repairman::new(30, 1, 0.1, 2.0).expect("valid");
        near(network.throughput, repairman.throughput());
        near(network.response, repairman.mean_response());
        near(network.bottleneck_utilization(), repairman.utilization());
    }

    #[test]
    fn nonsense_is_an_error() {
        assert!(closed_network(&[], 1.0, 1).is_err() && closed_network(&[0.0], 1.0, 1).is_err());
        assert!(closed_network(&[0.1], -1.0, 1).is_err() && closed_network(&[0.1], 1.0, 0).is_err());
    }
}
