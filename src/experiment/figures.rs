//! The figures of a run that experiments speak of: read off its summary, with the words that compare them.

use std::fmt;
use std::str::FromStr;

use crate::base::figures;
use crate::metrics::summary::Summary;

/// A figure of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Mean latency in seconds.
    Mean,
    /// Median latency in seconds.
    P50,
    /// 95th percentile of latency in seconds.
    P95,
    /// 99th percentile of latency in seconds.
    P99,
    /// Completed jobs per second.
    Throughput,
    /// Busy cores over ready cores.
    Utilisation,
    /// Mean number of jobs in the system.
    InSystem,
    /// Jobs that ended in anything but success, over all that ended.
    Errors,
    /// Dollars per hour, over the run.
    Cost,
    /// Dollars per 1,000 completed jobs.
    CostPer1000,
}

impl Figure {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Mean,
        Self::P50,
        Self::P95,
        Self::P99,
        Self::Throughput,
        Self::Utilisation,
        Self::InSystem,
        Self::Errors,
        Self::Cost,
        Self::CostPer1000,
    ];

    /// Its short name, on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Throughput => "throughput",
            Self::Utilisation => "utilisation",
            Self::InSystem => "in_system",
            Self::Errors => "errors",
            Self::Cost => "cost",
            Self::CostPer1000 => "cost_per_1000",
        }
    }

    /// Its name with its unit, in files.
    pub fn field(self) -> &'static str {
        match self {
            Self::Mean => "latency_mean_secs",
            Self::P50 => "latency_p50_secs",
            Self::P95 => "latency_p95_secs",
            Self::P99 => "latency_p99_secs",
            Self::Throughput => "throughput_jobs_per_sec",
            Self::Utilisation => "utilisation",
            Self::InSystem => "jobs_in_system_mean",
            Self::Errors => "error_share",
            Self::Cost => "cost_usd_per_hour",
            Self::CostPer1000 => "cost_usd_per_1000_jobs",
        }
    }

    /// What it is called in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Mean => "latency, mean",
            Self::P50 => "latency, p50",
            Self::P95 => "latency, p95",
            Self::P99 => "latency, p99",
            Self::Throughput => "throughput",
            Self::Utilisation => "utilisation",
            Self::InSystem => "jobs inside, mean",
            Self::Errors => "jobs that failed in any way",
            Self::Cost => "cost an hour",
            Self::CostPer1000 => "cost of 1,000 jobs",
        }
    }

    /// A value of it for people, with its unit.
    pub fn written(self, value: f64) -> String {
        match self {
            Self::Mean | Self::P50 | Self::P95 | Self::P99 => figures::secs(value),
            Self::Cost | Self::CostPer1000 => figures::dollars(value),
            Self::Errors => format!("{:.2} %", value * 100.0),
            Self::Utilisation => format!("{:.1} %", value * 100.0),
            Self::Throughput => figures::per_sec(value),
            Self::InSystem => figures::figure(value),
        }
    }

    /// The words for less and for more of it, and what is said where: "18 % faster at p99".
    pub(super) fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Mean => ("faster", "slower", " on average"),
            Self::P50 => ("faster", "slower", " at p50"),
            Self::P95 => ("faster", "slower", " at p95"),
            Self::P99 => ("faster", "slower", " at p99"),
            Self::Throughput => ("less throughput", "more throughput", ""),
            Self::Utilisation => ("less utilised", "more utilised", ""),
            Self::InSystem => ("fewer jobs inside", "more jobs inside", ""),
            Self::Errors => ("fewer errors", "more errors", ""),
            Self::Cost => ("cheaper", "dearer", ""),
            Self::CostPer1000 => ("cheaper", "dearer", " a job"),
        }
    }

    /// The figure of a run; `None` where nothing was measured.
    pub fn of(self, summary: &Summary) -> Option<f64> {
        let latency = &summary.latency_secs;
        let of_latency = |value: f64| (latency.count > 0).then_some(value);
        match self {
            Self::Mean => of_latency(latency.mean),
            Self::P50 => of_latency(latency.p50),
            Self::P95 => of_latency(latency.p95),
            Self::P99 => of_latency(latency.p99),
            Self::Throughput => Some(summary.throughput_jobs_per_sec),
            Self::Utilisation => Some(summary.utilisation),
            Self::InSystem => Some(summary.jobs_in_system_mean),
            Self::Errors => {
                let errors: u64 = summary.jobs.values().map(|job| job.errors).sum();
                let ended = errors + latency.count;
                (ended > 0).then(|| errors as f64 / ended as f64)
            }
            Self::Cost => {
                let hours = summary.duration_secs / 3_600.0;
                (hours > 0.0).then(|| summary.cost.billed / hours)
            }
            Self::CostPer1000 => summary.cost.per_1000_jobs,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Figure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|figure| figure.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|figure| figure.name()).collect();
            format!("no figure is called {text:?}; there are {}", names.join(", "))
        })
    }
}

/// When a figure is known well enough: its half-width at 95 %, relative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Until {
    /// Which figure.
    pub figure: Figure,
    /// Half-width over the figure, 0.02 for 2 %.
    pub relative: f64,
}

impl FromStr for Until {
    type Err = String;

    /// Reads `p99=2%`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (figure, percent) = text.split_once('=').ok_or("write it as p99=2%")?;
        let percent: f64 = percent
            .trim()
            .strip_suffix('%')
            .and_then(|number| number.trim().parse().ok())
            .filter(|percent| (0.01..=100.0).contains(percent))
            .ok_or_else(|| format!("{percent:?} is no percentage from 0.01% to 100%"))?;
        Ok(Self { figure: figure.trim().parse()?, relative: percent / 100.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopping_rule_is_a_figure_and_a_percentage() {
        assert_eq!("p99=2%".parse(), Ok(Until { figure: Figure::P99, relative: 0.02 }));
        assert_eq!(" mean = 0.5 %".parse(), Ok(Until { figure: Figure::Mean, relative: 0.005 }));
        for bad in ["p99", "p99=2", "p98=2%", "p99=0%", "p99=NaN%", "p99=1e9%"] {
            assert!(bad.parse::<Until>().is_err(), "{bad}");
        }
    }
}
