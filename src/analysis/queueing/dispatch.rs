//! The supermarket model: each arrival asks d of infinitely many servers and joins the shortest queue among them
//! (Vvedenskaya, Dobrushin and Karpelevich 1996; Mitzenmacher 2001). Exponential services of mean 1, in order of arrival.
//!
//! A share s_i = lambda^((d^i - 1) / (d - 1)) of servers has i jobs or more. Worked number: lambda 0.9 with two choices
//! has a mean response of 2.61406, against 10 with one.

use super::{Solved, at_least_one, positive, stable};
use crate::analysis::{numeric, special};

/// The fixed point of the supermarket model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Supermarket {
    load: f64,
    /// `None`: all servers are asked, so that nobody waits in the limit.
    choices: Option<u32>,
}

impl Supermarket {
    /// Arrivals per server at this rate, each of which asks this many servers.
    pub fn new(arrival_rate_per_server: f64, choices: u32) -> Solved<Self> {
        let load = stable(positive("arrival rate", arrival_rate_per_server)?)?;
        at_least_one("choices", choices).map(|choices| Self { load, choices: Some(choices) })
    }

    /// The limit of join the shortest queue and of join an idle queue: there is always an idle server.
    pub fn all_choices(arrival_rate_per_server: f64) -> Solved<Self> {
        Ok(Self { load: stable(positive("arrival rate", arrival_rate_per_server)?)?, choices: None })
    }

    /// Share of servers with `count` jobs or more.
    pub fn fraction_with_at_least(&self, count: u32) -> f64 {
        match (count, self.choices) {
            (0, _) => 1.0,
            (1, _) => self.load,
            (_, None) => 0.0,
            (_, Some(1)) => libm::pow(self.load, f64::from(count)),
            (_, Some(d)) => {
                // 1 + d + … + d^(count - 1); infinite exponents give zero.
                let exponent = (0..count.min(2_000)).fold(0.0, |sum, _| sum * f64::from(d) + 1.0);
                libm::pow(self.load, exponent)
            }
        }
    }

    /// Share of arrivals that wait: those that find a job at every server they ask.
    pub fn prob_wait(&self) -> f64 {
        self.choices.map_or(0.0, |d| libm::pow(self.load, f64::from(d)))
    }

    /// Mean number of jobs at a server.
    pub fn mean_number(&self) -> f64 {
        self.load * self.mean_response()
    }

    /// Mean wait.
    pub fn mean_wait(&self) -> f64 {
        self.mean_response() - 1.0
    }

    /// Mean response: the sum over i of the chance that i jobs or more are ahead at all servers asked.
    pub fn mean_response(&self) -> f64 {
        match self.choices {
            None => 1.0,
            Some(1) => 1.0 / (1.0 - self.load),
            Some(d) => {
                let ahead = (0..2_000).map(|i| libm::pow(self.fraction_with_at_least(i), f64::from(d)));
                ahead.take_while(|&chance| chance > 0.0).sum()
            }
        }
    }

    /// P(response > t): the Poisson number of services ended by t does not pass the jobs ahead.
    pub fn response_survival(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        match self.choices {
            None => libm::exp(-t),
            Some(1) => libm::exp(-(1.0 - self.load) * t),
            Some(d) => {
                let ahead = (0..2_000).map(|i| (i, libm::pow(self.fraction_with_at_least(i), f64::from(d))));
                let terms = ahead.take_while(|(_, chance)| *chance > 0.0);
                terms.map(|(i, chance)| chance * special::poisson_term(f64::from(i), t)).sum()
            }
        }
    }

    /// The response that a share `level` of jobs does not exceed; infinite at 1.
    pub fn response_quantile(&self, level: f64) -> f64 {
        numeric::quantile(level, self.mean_response(), |t| self.response_survival(t)).unwrap_or(f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64) {
        assert!((got / expected - 1.0).abs() < 1e-12, "{got} is not {expected}");
    }

    #[test]
    fn the_worked_number() {
        let two = Supermarket::new(0.9, 2).expect("stable");
        near(two.mean_response(), 2.614_057_377_323_875_6);
        near(two.response_quantile(0.99), 8.790_970_204_955_599);
        near(two.fraction_with_at_least(4), 0.205_891_132_094_649_07);
        near(Supermarket::new(0.9, 1).expect("stable").mean_response(), 10.0);
    }

    #[test]
    fn more_choices_come_closer_to_all() {
        let means: Vec<f64> = [1, 2, 3, 10, 1_000_000]
            .into_iter()
            .map(|d| Supermarket::new(0.95, d).expect("stable").mean_response())
            .chain([Supermarket::all_choices(0.95).expect("stable").mean_response()])
            .collect();
        assert!(means.windows(2).all(|pair| pair[0] >= pair[1]), "{means:?}");
        assert!(Supermarket::new(1.0, 2).is_err() && Supermarket::new(0.5, 0).is_err());
    }

    #[test]
    fn the_law_of_the_response_integrates_to_its_mean() {
        let two = Supermarket::new(0.95, 2).expect("stable");
        let mean = numeric::integrate_to_infinity(0.0, 3.0, 1e-12, |t| two.response_survival(t)).expect("finite");
        assert!((mean / two.mean_response() - 1.0).abs() < 1e-10);
    }
}
