//! M/D/c: Poisson arrivals, constant services, c servers, first come first served (Erlang 1909, Crommelin 1932).
//!
//! Seen one service apart, everyone who was in service has left and nobody who came since has: a Markov chain with
//! steps of a Poisson number. It is solved by the elimination of Grassmann, Taksar and Heyman, which never subtracts,
//! and the law of the wait follows from it with positive terms only (Franx 2001), where the textbook formula alternates.
//! Worked number: rate 1.8, services of 1, 2 servers give P(wait) 0.847108 and a mean wait of 2.146923.

use super::{Solved, Unsolvable, at_least_one, positive, stable};
use crate::analysis::{numeric, special};

/// States of the chain; more (a load within about 0.2 % of 1) is refused.
const STATES_MAX: usize = 20_000;
/// Chance beyond the last state of the chain.
const TAIL: f64 = 1e-17;

/// An M/D/c queue in steady state.
#[derive(Clone, Debug, PartialEq)]
pub struct MDc {
    arrival_rate: f64,
    service: f64,
    servers: usize,
    law: Vec<f64>,
    /// P(at most j wait), by j.
    queue_cdf: Vec<f64>,
}

impl MDc {
    /// The queue with Poisson arrivals, services that always take `service`, and this many servers.
    pub fn new(arrival_rate: f64, service: f64, servers: u32) -> Solved<Self> {
        let load = positive("arrival rate", arrival_rate)? * positive("service time", service)?;
        at_least_one("servers", servers)?;
        let utilization = stable(load / f64::from(servers))?;
        let servers = servers as usize;
        let last = last_state(servers, load, utilization)?;
        let law = stationary(servers, load, last);
        let queue_cdf = (servers..=last)
            .scan(law[..servers].iter().sum::<f64>(), |sum, n| {
                *sum += law[n];
                Some(*sum)
            })
            .collect();
        Ok(Self { arrival_rate, service, servers, law, queue_cdf })
    }

    /// Share of the time that a server is busy.
    pub fn utilization(&self) -> f64 {
        self.arrival_rate * self.service / self.servers as f64
    }

    /// P(n in the system).
    pub fn prob_number(&self, n: usize) -> f64 {
        self.law.get(n).copied().unwrap_or(0.0)
    }

    /// Share of customers that wait.
    pub fn prob_wait(&self) -> f64 {
        self.law.iter().skip(self.servers).rev().sum()
    }

    /// Mean number that wait.
    pub fn mean_queue_len(&self) -> f64 {
        (self.servers..self.law.len()).rev().map(|n| (n - self.servers) as f64 * self.law[n]).sum()
    }

    /// Mean wait over all customers.
    pub fn mean_wait(&self) -> f64 {
        self.mean_queue_len() / self.arrival_rate
    }

    /// Mean of wait and service.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service
    }

    /// Mean number in the system.
    pub fn mean_number(&self) -> f64 {
        self.arrival_rate * self.mean_response()
    }

    /// P(wait <= t).
    ///
    /// With k = floor(t / D) + 1: who arrives with t to go waits at most t if, k D - t before, at most k c - 1 - j
    /// waited and j came since, for some j. (Franx, "A simple solution for the M/D/c waiting time distribution".)
    pub fn wait_cdf(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 0.0;
        }
        let periods = (t / self.service).floor() + 1.0;
        let mean = (self.arrival_rate * (periods * self.service - t)).max(0.0);
        let most = periods * self.servers as f64 - 1.0;
        // Beyond the states of the chain everyone has been served.
        if most >= 2.0 * (self.queue_cdf.len() as f64 + mean) + 1e3 {
            return 1.0;
        }
        let most = most as usize;
        // At most c services' worth of arrivals come in that time: what lies 40 deviations beyond does not count.
        let reach = (mean + 40.0 * mean.sqrt() + 40.0) as usize;
        let terms =
            (0..=most.min(reach)).map(|j| self.at_most_waiting(most - j) * special::poisson_term(j as f64, mean));
        terms.sum::<f64>().min(1.0)
    }

    /// The wait that a share `level` of customers does not exceed; infinite at 1.
    pub fn wait_quantile(&self, level: f64) -> f64 {
        numeric::quantile(level, self.service, |t| 1.0 - self.wait_cdf(t)).unwrap_or(f64::INFINITY)
    }

    /// The response that a share `level` of customers does not exceed.
    pub fn response_quantile(&self, level: f64) -> f64 {
        self.wait_quantile(level) + self.service
    }

    fn at_most_waiting(&self, j: usize) -> f64 {
        self.queue_cdf.get(j).copied().unwrap_or(1.0)
    }
}

/// The mean wait by another method, the series of Pollaczek and Spitzer over the walk that every c-th customer makes:
/// the sum of E[(k D - Erlang(k c))^+] / k. Slower; it checks the chain.
#[cfg(test)]
fn mean_wait_by_series(arrival_rate: f64, service: f64, servers: u32) -> f64 {
    let load = arrival_rate * service;
    let mut sum = 0.0;
    for k in 1..1_000_000 {
        let (k, stages) = (f64::from(k), f64::from(k) * f64::from(servers));
        let mean = k * load;
        // E[(x - Erlang(n))^+] = x P(n, x) - n P(n + 1, x), in units of 1 / lambda.
        let term = (mean * special::gamma_p(stages, mean) - stages * special::gamma_p(stages + 1.0, mean)) / k;
        sum += term;
        if term < 1e-14 * sum {
            break;
        }
    }
    sum / arrival_rate
}

/// The last state that counts: the queue falls off geometrically, by the root eta > 1 of load (eta - 1) = c log eta.
fn last_state(servers: usize, load: f64, utilization: f64) -> Solved<usize> {
    // In x = log eta: e^x - 1 = x / utilisation.
    let decay = numeric::turning_point(0.0, 800.0, |x| x > 0.0 && libm::expm1(x) * utilization >= x && x > 1e-9);
    let tail = -libm::log(TAIL) / decay;
    let spread = load + 12.0 * load.sqrt() + 40.0;
    let last = servers as f64 + tail + spread;
    if last > STATES_MAX as f64 {
        return Err(Unsolvable::OutOfReach {
            what: "M/D/c",
            why: "the load is too close to 1, or the servers too many",
        });
    }
    Ok(last as usize)
}

/// The stationary law on states 0..=last by state reduction; what would go beyond stays in the last state.
fn stationary(servers: usize, load: f64, last: usize) -> Vec<f64> {
    let steps: Vec<f64> = (0..=last).map(|j| special::poisson_term(j as f64, load)).collect();
    let reach = steps.iter().rposition(|&step| step > 1e-30).unwrap_or(0);
    // Rows to the left of a state only; a state reaches down by at most `servers`, so each row is a short band.
    // band[n][d] is the chance to go from n to n - d, d in 1..=servers.
    let mut band = vec![vec![0.0; servers + 1]; last + 1];
    // into[n][i]: the chance to go from i < n up to n, for i within reach.
    let mut up = vec![vec![0.0; reach + servers + 1]; last + 1];
    for i in 0..=last {
        let base = i.saturating_sub(servers);
        for (j, step) in steps.iter().enumerate().take(reach + 1) {
            let to = (base + j).min(last);
            if to < i {
                band[i][i - to] += step;
            } else if to > i && to - i <= reach {
                up[to][to - i] += step;
            }
        }
    }
    for n in (1..=last).rev() {
        let leave: f64 = band[n].iter().sum();
        for distance in 1..=(reach + servers).min(n) {
            let from = n - distance;
            let share = up[n][distance] / leave;
            up[n][distance] = share;
            if share == 0.0 {
                continue;
            }
            for down in 1..=servers.min(n) {
                let (to, chance) = (n - down, share * band[n][down]);
                match to.cmp(&from) {
                    std::cmp::Ordering::Less if from - to <= servers => band[from][from - to] += chance,
                    std::cmp::Ordering::Greater => up[to][to - from] += chance,
                    _ => {}
                }
            }
        }
    }
    let mut law = vec![0.0; last + 1];
    law[0] = 1.0;
    let mut total = 1.0;
    for n in 1..=last {
        law[n] = (1..=(reach + servers).min(n)).map(|distance| law[n - distance] * up[n][distance]).sum();
        total += law[n];
    }
    law.iter_mut().for_each(|p| *p /= total);
    law
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::queueing::{Law, MG1};

    fn near(got: f64, expected: f64, relative: f64) {
        assert!((got - expected).abs() <= relative * expected.abs(), "{got} is not {expected}");
    }

    #[test]
    fn the_worked_number() {
        let queue = MDc::new(1.8, 1.0, 2).expect("stable");
        near(queue.prob_wait(), 0.847_107_642_702_266_5, 1e-11);
        near(queue.mean_wait(), 2.146_923_214_688_482, 1e-10);
    }

    #[test]
    fn chain_and_series_agree() {
        for (rate, service, servers) in [(0.7, 1.0, 1), (1.9, 0.5, 1), (3.6, 1.0, 4), (0.72, 10.0, 8), (28.8, 1.0, 32)]
        {
            let queue = MDc::new(rate, service, servers).expect("stable");
            near(queue.mean_wait(), mean_wait_by_series(rate, service, servers), 1e-10);
        }
    }

    #[test]
    fn one_server_obeys_pollaczek_and_khinchine() {
        for rho in [0.3, 0.8, 0.95, 0.99] {
            let queue = MDc::new(rho, 1.0, 1).expect("stable");
            let reference = MG1::new(rho, Law::constant(1.0).expect("valid")).expect("stable");
            near(queue.mean_wait(), reference.mean_wait(), 1e-10);
            near(queue.wait_cdf(0.0), 1.0 - rho, 1e-11);
        }
    }

    #[test]
    fn the_law_of_the_wait_integrates_to_its_mean_and_is_monotone() {
        for (rate, servers) in [(0.9, 1), (1.8, 2), (7.2, 8)] {
            let queue = MDc::new(rate, 1.0, servers).expect("stable");
            let survival = |t: f64| 1.0 - queue.wait_cdf(t);
            let mean: f64 = (0..300)
                .map(f64::from)
                .take_while(|&low| survival(low) > 1e-10)
                .map(|low| numeric::integrate(low, low + 1.0, 1e-6, survival).expect("finite"))
                .sum();
            near(mean, queue.mean_wait(), 1e-8);
            near(queue.wait_cdf(0.0), 1.0 - queue.prob_wait(), 1e-11);
            let cdf: Vec<f64> = (0..200).map(|k| queue.wait_cdf(f64::from(k) / 7.0)).collect();
            assert!(cdf.windows(2).all(|pair| pair[0] <= pair[1] + 1e-13));
        }
    }

    #[test]
    fn overload_and_excess_are_errors() {
        assert!(matches!(MDc::new(1.0, 1.0, 1), Err(Unsolvable::Overloaded { .. })));
        assert!(matches!(MDc::new(0.999_99, 1.0, 1), Err(Unsolvable::OutOfReach { .. })));
    }
}
