//! Open networks: queues in tandem (Burke 1956, Reich 1957) and Jackson networks (1957).

use super::{MMc, Solved, Unsolvable, not_negative, positive, probability, within};
use crate::analysis::numeric;

/// Stations that a network may have.
const STATIONS_MAX: usize = 500;

/// M/M/1 queues one after the other, first come first served: the stays are independent and exponential.
#[derive(Clone, Debug, PartialEq)]
pub struct Tandem {
    arrival_rate: f64,
    /// mu - lambda of each station.
    rates: Vec<f64>,
}

impl Tandem {
    /// Poisson arrivals at this rate through stations with these service rates.
    pub fn new(arrival_rate: f64, service_rates: &[f64]) -> Solved<Self> {
        positive("arrival rate", arrival_rate)?;
        count("stations", service_rates.len())?;
        for &rate in service_rates {
            super::stable(arrival_rate / positive("service rate", rate)?)?;
        }
        Ok(Self { arrival_rate, rates: service_rates.iter().map(|rate| rate - arrival_rate).collect() })
    }

    /// Mean time through all stations.
    pub fn mean_response(&self) -> f64 {
        self.rates.iter().map(|rate| 1.0 / rate).sum()
    }

    /// Variance of the time through all stations.
    pub fn response_variance(&self) -> f64 {
        self.rates.iter().map(|rate| 1.0 / (rate * rate)).sum()
    }

    /// Mean number in all stations.
    pub fn mean_number(&self) -> f64 {
        self.arrival_rate * self.mean_response()
    }

    /// P(time through all stations > t).
    ///
    /// The first row of exp(Q t), where Q moves from stage to stage: a series of non-negative matrices on a short time,
    /// squared up to t, so that stations of equal rates are no special case.
    pub fn response_survival(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        let fastest = self.rates.iter().copied().fold(0.0, f64::max);
        let doublings = libm::log2(fastest * t).ceil().clamp(0.0, 60.0);
        let short = t / libm::exp2(doublings);
        let mut matrix = self.short_step(fastest, short);
        for _ in 0..doublings as u32 {
            matrix = multiply(&matrix, &matrix);
        }
        matrix[0].iter().sum::<f64>().min(1.0)
    }

    /// The time that a share `level` of customers does not exceed; infinite at 1.
    pub fn response_quantile(&self, level: f64) -> f64 {
        numeric::quantile(level, self.mean_response(), |t| self.response_survival(t)).unwrap_or(f64::INFINITY)
    }

    /// exp(Q t) for `fastest` * t <= 1 by uniformisation: a Poisson mixture of powers of a stochastic matrix.
    fn short_step(&self, fastest: f64, t: f64) -> Vec<Vec<f64>> {
        let n = self.rates.len();
        let mut power: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        let mut sum = vec![vec![0.0; n]; n];
        let mut weight = libm::exp(-fastest * t);
        for k in 1..=30 {
            for (row, terms) in sum.iter_mut().zip(&power) {
                row.iter_mut().zip(terms).for_each(|(sum, term)| *sum += weight * term);
            }
            weight *= fastest * t / f64::from(k);
            // One step: stay with 1 - rate / fastest, else go one stage on.
            for row in &mut power {
                for j in (0..n).rev() {
                    let arriving = if j > 0 { row[j - 1] * self.rates[j - 1] / fastest } else { 0.0 };
                    row[j] = row[j] * (1.0 - self.rates[j] / fastest) + arriving;
                }
            }
        }
        sum
    }
}

/// The product of two upper triangular matrices.
fn multiply(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = a.len();
    let entry = |i: usize, j: usize| (i..=j).map(|k| a[i][k] * b[k][j]).sum();
    (0..n).map(|i| (0..n).map(|j| if j < i { 0.0 } else { entry(i, j) }).collect()).collect()
}

/// One station of a Jackson network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// Services per unit of time of one server.
    pub service_rate: f64,
    /// Servers.
    pub servers: u32,
}

/// An open Jackson network in steady state: each station is an M/M/c queue of its own (product form).
#[derive(Clone, Debug, PartialEq)]
pub struct Jackson {
    external_rate: f64,
    arrival_rates: Vec<f64>,
    /// `None` for a station that nobody visits.
    queues: Vec<Option<MMc>>,
}

impl Jackson {
    /// Poisson arrivals from outside, `routing[i][j]` the chance to go from i to j, and what is left over to leave.
    pub fn new(external: &[f64], routing: &[Vec<f64>], stations: &[Station]) -> Solved<Self> {
        let n = stations.len();
        count("stations", n)?;
        within("rates of arrivals", external.len() as f64, external.len() == n, "one for each station")?;
        let square = routing.len() == n && routing.iter().all(|row| row.len() == n);
        within(
            "rows of the routing",
            routing.len() as f64,
            square,
            "one for each station, each with one entry for each",
        )?;
        for &rate in external {
            not_negative("external arrival rate", rate)?;
        }
        for row in routing {
            row.iter().try_for_each(|&chance| probability("routing probability", chance).map(|_| ()))?;
            let sum: f64 = row.iter().sum();
            within("sum of a row of the routing", sum, sum <= 1.0 + 1e-12, "at most 1")?;
        }
        let external_rate = positive("sum of the external arrivals", external.iter().sum())?;
        let arrival_rates = traffic(external, routing)?;
        let queue = |(station, &rate): (&Station, &f64)| {
            if rate == 0.0 {
                positive("service rate", station.service_rate).map(|_| None)
            } else {
                MMc::new(rate, station.service_rate, station.servers).map(Some)
            }
        };
        let queues = stations.iter().zip(&arrival_rates).map(queue).collect::<Solved<_>>()?;
        Ok(Self { external_rate, arrival_rates, queues })
    }

    /// Arrivals at each station, from outside and from others.
    pub fn arrival_rates(&self) -> &[f64] {
        &self.arrival_rates
    }

    /// Share of the time that a server of each station is busy.
    pub fn utilizations(&self) -> Vec<f64> {
        self.each(MMc::utilization)
    }

    /// Mean number at each station.
    pub fn mean_numbers(&self) -> Vec<f64> {
        self.each(MMc::mean_number)
    }

    /// Mean response of one visit to each station.
    pub fn mean_responses(&self) -> Vec<f64> {
        self.each(MMc::mean_response)
    }

    /// Mean number in the network.
    pub fn mean_number(&self) -> f64 {
        self.mean_numbers().iter().sum()
    }

    /// Mean time from arrival to departure, by Little's law.
    pub fn mean_response(&self) -> f64 {
        self.mean_number() / self.external_rate
    }

    fn each(&self, value: impl Fn(&MMc) -> f64) -> Vec<f64> {
        self.queues.iter().map(|queue| queue.as_ref().map_or(0.0, &value)).collect()
    }
}

/// M/M/1 whose customers come back with a probability when they are done: a network of one station.
pub fn with_feedback(external_rate: f64, feedback: f64, service_rate: f64) -> Solved<Jackson> {
    Jackson::new(&[external_rate], &[vec![feedback]], &[Station { service_rate, servers: 1 }])
}

/// Solves lambda = external + lambda P by state reduction, which never subtracts.
///
/// A station, or a group of them, that nobody can leave has no steady state.
fn traffic(external: &[f64], routing: &[Vec<f64>]) -> Solved<Vec<f64>> {
    let n = external.len();
    let mut to: Vec<Vec<f64>> = routing.to_vec();
    let mut out: Vec<f64> = routing.iter().map(|row| (1.0 - row.iter().sum::<f64>()).max(0.0)).collect();
    let mut rates = external.to_vec();
    // Station by station from the last, visitors are sent on to where they would go next; `leave` is the chance not to
    // come straight back.
    let mut leave = vec![0.0; n];
    for k in (0..n).rev() {
        leave[k] = out[k] + to[k][..k].iter().sum::<f64>();
        if leave[k] <= 0.0 {
            return Err(Unsolvable::OutOfDomain { name: "chance to leave a station", value: 0.0, needs: "positive" });
        }
        let onwards: Vec<f64> = to[k][..k].iter().map(|chance| chance / leave[k]).collect();
        let (exit, arriving) = (out[k] / leave[k], rates[k]);
        for (i, row) in to[..k].iter_mut().enumerate() {
            let through = row[k];
            row.iter_mut().zip(&onwards).for_each(|(chance, onward)| *chance += through * onward);
            out[i] += through * exit;
            rates[i] += arriving * onwards[i];
        }
    }
    // Back up: a station gets what came from outside or through later stations, and what earlier stations send.
    for k in 0..n {
        let sent: f64 = (0..k).map(|i| rates[i] * to[i][k]).sum();
        rates[k] = (rates[k] + sent) / leave[k];
    }
    Ok(rates)
}

fn count(name: &'static str, n: usize) -> Solved<()> {
    within(name, n as f64, (1..=STATIONS_MAX).contains(&n), "from 1 to 500").map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64, relative: f64) {
        assert!((got - expected).abs() <= relative * expected.abs(), "{got} is not {expected}");
    }

    #[test]
    fn tandem_percentiles_match_the_worked_number() {
        let tandem = Tandem::new(0.8, &[1.0, 1.25, 2.0]).expect("stable");
        near(tandem.mean_response(), 8.055_555_555_555_557, 1e-14);
        near(tandem.response_quantile(0.99), 26.872_809_394_899_47, 1e-11);
    }

    #[test]
    fn equal_stations_are_erlang_and_very_different_ones_exponential() {
        let equal = Tandem::new(0.5, &[1.5, 1.5]).expect("stable");
        near(equal.response_survival(3.0), 4.0 * libm::exp(-3.0), 1e-13);
        let unlike = Tandem::new(0.5, &[1e6, 0.6, 1e6]).expect("stable");
        near(unlike.response_survival(10.0), libm::exp(-1.0), 1e-5);
        assert!(Tandem::new(0.5, &[]).is_err() && Tandem::new(0.5, &[0.5]).is_err());
    }

    #[test]
    fn a_network_with_loops() {
        let routing = [vec![0.0, 0.5, 0.3], vec![0.2, 0.0, 0.3], vec![0.0, 0.1, 0.0]];
        let station = |service_rate| Station { service_rate, servers: 1 };
        let stations = [station(1.2), station(1.0), station(0.9)];
        let network = Jackson::new(&[0.5, 0.2, 0.1], &routing, &stations).expect("stable");
        let expected = [0.609_953_703_703_703_7, 0.549_768_518_518_518_5, 0.447_916_666_666_666_74];
        for (got, expected) in network.arrival_rates().iter().zip(expected) {
            near(*got, expected, 1e-14);
        }
        near(network.mean_response(), 4.057_002_278_402_555, 1e-13);
    }

    #[test]
    fn feedback_multiplies_visits() {
        let queue = with_feedback(0.3, 0.6, 1.0).expect("stable");
        near(queue.arrival_rates()[0], 0.75, 1e-14);
        near(queue.mean_response(), 10.0, 1e-13);
        assert!(with_feedback(0.3, 0.75, 1.0).is_err() && with_feedback(0.3, 1.0, 1.0).is_err());
    }

    #[test]
    fn unvisited_stations_are_empty_and_traps_are_errors() {
        let stations = [Station { service_rate: 1.0, servers: 2 }, Station { service_rate: 1.0, servers: 1 }];
        let network = Jackson::new(&[0.5, 0.0], &[vec![0.0, 0.0], vec![0.0, 0.0]], &stations).expect("stable");
        assert_eq!((network.arrival_rates(), network.mean_numbers()[1]), ([0.5, 0.0].as_slice(), 0.0));
        let trap = Jackson::new(&[0.5, 0.0], &[vec![0.0, 1.0], vec![1.0, 0.0]], &stations);
        assert!(matches!(trap, Err(Unsolvable::OutOfDomain { .. })));
    }
}
