//! M/G/1 under other orders of service: processor sharing, shortest remaining time, two and more priorities.

use super::{Law, MG1, Solved, Unsolvable, not_negative, positive, single_server::needs_density, stable};

/// Processor sharing: everyone present is served at once, at an equal share of the speed.
///
/// Insensitive: a customer of size x stays x / (1 - rho) on average, whatever the law (Kleinrock 1967).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProcessorSharing {
    arrival_rate: f64,
    mean_service: f64,
    utilization: f64,
}

impl ProcessorSharing {
    /// The queue with Poisson arrivals at this rate and this mean size at full speed.
    pub fn new(arrival_rate: f64, mean_service: f64) -> Solved<Self> {
        let utilization = stable(positive("arrival rate", arrival_rate)? * positive("mean service", mean_service)?)?;
        Ok(Self { arrival_rate, mean_service, utilization })
    }

    /// Share of the time that the server is busy.
    pub fn utilization(&self) -> f64 {
        self.utilization
    }

    /// Mean response over size, the same for every size.
    pub fn mean_slowdown(&self) -> f64 {
        1.0 / (1.0 - self.utilization)
    }

    /// Mean response of customers of one size.
    pub fn mean_response_of_size(&self, size: f64) -> f64 {
        size / (1.0 - self.utilization)
    }

    /// Mean response.
    pub fn mean_response(&self) -> f64 {
        self.mean_response_of_size(self.mean_service)
    }

    /// Mean number present.
    pub fn mean_number(&self) -> f64 {
        self.arrival_rate * self.mean_response()
    }

    /// P(n present), geometric.
    pub fn prob_number(&self, n: u64) -> f64 {
        (1.0 - self.utilization) * libm::pow(self.utilization, n as f64)
    }
}

/// Mean response when the customer with the shortest remaining time is served, preemptively (Schrage and Miller 1966).
///
/// A customer of size x waits for what is shorter, lambda E[min(S, x)^2] / 2 (1 - rho(x))^2, and then needs the integral
/// of 1 / (1 - rho(t)) up to x, where rho(x) = lambda E[S; S <= x]. Integrated to 1e-11.
/// Worked number: rate 0.9, exponential services of mean 1 give 3.5521.
pub fn srpt_mean_response(queue: &MG1) -> Solved<f64> {
    const PRECISION: f64 = 1e-11;
    let (rate, law) = (queue.arrival_rate(), queue.service());
    if law.as_constant().is_some() {
        // Nobody is ever shorter than who is in service: first come first served.
        return Ok(queue.mean_response());
    }
    needs_density(law)?;
    let spare = |t: f64| 1.0 - rate * law.partial_moment(1, t);
    let residence = law.expect_tail(PRECISION, |t, tail| if tail == 0.0 { 0.0 } else { tail / spare(t) })?;
    let waiting = law.expect_tail(PRECISION, |t, _| {
        let density = law.density(t).unwrap_or(0.0);
        if density == 0.0 { 0.0 } else { density * rate * law.limited_moment(2, t) / (2.0 * spare(t).powi(2)) }
    })?;
    Ok(residence + waiting)
}

/// One class of customers of a priority queue; the first class listed goes first.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Poisson arrivals per unit of time.
    pub arrival_rate: f64,
    /// Law of its services.
    pub service: Law,
}

/// Mean waits by class when a service once begun is finished (Cobham 1954).
///
/// Worked number: rates 0.4 and 0.4 with exponential services of mean 1 wait 4/3 and 20/3.
pub fn nonpreemptive_mean_waits(classes: &[Class]) -> Solved<Vec<f64>> {
    let residual: f64 = classes.iter().map(|class| class.arrival_rate * class.service.moment(2) / 2.0).sum();
    let loads = cumulative_loads(classes)?;
    Ok(loads.windows(2).map(|pair| residual / ((1.0 - pair[0]) * (1.0 - pair[1]))).collect())
}

/// Mean responses by class when a more important arrival interrupts, and the interrupted service resumes later.
pub fn preemptive_mean_responses(classes: &[Class]) -> Solved<Vec<f64>> {
    let loads = cumulative_loads(classes)?;
    let mut residual = 0.0;
    let mut responses = Vec::with_capacity(classes.len());
    for (class, pair) in classes.iter().zip(loads.windows(2)) {
        residual += class.arrival_rate * class.service.moment(2) / 2.0;
        let [above, own] = [1.0 - pair[0], 1.0 - pair[1]];
        responses.push(class.service.mean() / above + residual / (above * own));
    }
    Ok(responses)
}

/// Loads of the first 0, 1, 2, … classes together; the last one must be below 1.
fn cumulative_loads(classes: &[Class]) -> Solved<Vec<f64>> {
    let mut loads = vec![0.0];
    let mut sum = 0.0;
    for class in classes {
        sum += not_negative("arrival rate", class.arrival_rate)? * class.service.mean();
        loads.push(sum);
    }
    if classes.is_empty() {
        return Err(Unsolvable::OutOfDomain { name: "number of classes", value: 0.0, needs: "at least 1" });
    }
    stable(sum).map(|_| loads)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(rate: f64, law: Solved<Law>) -> MG1 {
        MG1::new(rate, law.expect("valid")).expect("stable")
    }

    fn near(got: f64, expected: f64, relative: f64) {
        assert!((got / expected - 1.0).abs() < relative, "{got} is not {expected}");
    }

    #[test]
    fn shortest_remaining_time_matches_the_worked_number() {
        let got = srpt_mean_response(&queue(0.9, Law::exponential(1.0))).expect("integrable");
        // Thirty digits of mpmath.
        near(got, 3.552_125_099_626_788, 1e-11);
    }

    #[test]
    fn nothing_beats_shortest_remaining_time() {
        for law in [
            Law::uniform(0.0, 2.0),
            Law::erlang(4, 1.0),
            Law::lognormal_of(1.0, 4.0),
            Law::balanced_hyperexponential(1.0, 4.0),
            Law::bounded_pareto(1.5, 0.344_207_592_200_561_24, 344.207_592_200_561_24),
        ] {
            let queue = queue(0.8, law);
            let best = srpt_mean_response(&queue).expect("integrable");
            let sharing = ProcessorSharing::new(0.8, 1.0).expect("stable").mean_response();
            assert!(best > 1.0 && best < sharing && best < queue.mean_response(), "{queue:?}: {best}");
        }
        near(srpt_mean_response(&queue(0.8, Law::constant(1.0))).expect("closed"), 3.0, 1e-14);
        // With hardly any load nobody waits.
        near(srpt_mean_response(&queue(1e-9, Law::lognormal_of(1.0, 4.0))).expect("integrable"), 1.0, 1e-7);
    }

    #[test]
    fn priorities_only_redistribute_waiting() {
        let class = |arrival_rate, mean| Class { arrival_rate, service: Law::exponential(mean).expect("valid") };
        let waits = nonpreemptive_mean_waits(&[class(0.4, 1.0), class(0.4, 1.0)]).expect("stable");
        near(waits[0], 4.0 / 3.0, 1e-14);
        near(waits[1], 20.0 / 3.0, 1e-14);
        // Kleinrock's conservation law: sum of rho_i W_i does not depend on the order.
        let classes = [class(0.3, 0.5), class(0.2, 2.0), class(0.1, 1.0)];
        let sum = |classes: &[Class]| -> f64 {
            let waits = nonpreemptive_mean_waits(classes).expect("stable");
            classes.iter().zip(waits).map(|(c, w)| c.arrival_rate * c.service.mean() * w).sum()
        };
        let reversed: Vec<Class> = classes.iter().rev().cloned().collect();
        near(sum(&classes), sum(&reversed), 1e-13);
    }

    #[test]
    fn with_preemption_the_first_class_sees_nobody_else() {
        let class = |arrival_rate| Class { arrival_rate, service: Law::exponential(1.0).expect("valid") };
        let responses = preemptive_mean_responses(&[class(0.4), class(0.4)]).expect("stable");
        near(responses[0], 1.0 / 0.6, 1e-14);
        // Exponential services: all together are M/M/1, so the mean over both classes is 5.
        near(f64::midpoint(responses[0], responses[1]), 5.0, 1e-13);
        assert!(preemptive_mean_responses(&[class(0.6), class(0.4)]).is_err());
        assert!(nonpreemptive_mean_waits(&[]).is_err());
    }
}
