//! The only door to the operating system's threads and date; a listed set of callers goes through it.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

/// Starts a named thread. The name shows in debuggers and in the system's process list.
///
/// # Errors
/// When the system has no thread left to give.
pub fn spawn<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    thread::Builder::new().name(name.to_owned()).spawn(body)
}

/// Offers the core to another thread that waits for it.
pub fn offer_core() {
    thread::yield_now();
}

/// How many threads this machine runs at the same time, at least one.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The processor's own name where the system tells it, else its architecture.
pub fn cpu() -> String {
    let name = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        line.split_once(':').map(|(_, name)| name.trim().to_owned())
    });
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// Seconds of a core that those living threads of this process took whose name `counts`; `None` where the system does
/// not tell (it is Linux that does).
pub fn cpu_secs(counts: impl Fn(&str) -> bool) -> Option<f64> {
    scheduled_secs(counts, 0)
}

/// Seconds that the same threads could have run and waited for a core, as others had them all.
pub fn run_queue_secs(counts: impl Fn(&str) -> bool) -> Option<f64> {
    scheduled_secs(counts, 1)
}

/// Seconds of a core that the calling thread took so far, to the nanosecond; `None` where the system does not tell.
pub fn thread_cpu_secs() -> Option<f64> {
    #[cfg(unix)]
    {
        let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Some(spent.tv_sec as f64 + spent.tv_nsec as f64 * 1e-9)
    }
    #[cfg(not(unix))]
    None
}

/// Seconds since this process began, to a hundredth; `None` where the system does not tell (it is Linux that does).
pub fn process_age_secs() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets, and may hold spaces and brackets; the 22nd field is the beginning.
    let began: f64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    let uptime: f64 = std::fs::read_to_string("/proc/uptime").ok()?.split_whitespace().next()?.parse().ok()?;
    Some((uptime - began / TICKS_PER_SEC).max(0.0))
}

/// Linux counts in these for programs, whatever it counts in itself.
const TICKS_PER_SEC: f64 = 100.0;

/// Bytes of memory of this process that lie in the machine's, now and at the most; `None` where the system does not
/// tell (it is Linux that does).
pub fn resident_bytes() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}

/// A field of what the scheduler says of threads, in seconds.
fn scheduled_secs(counts: impl Fn(&str) -> bool, field: usize) -> Option<f64> {
    let mut nanos = None;
    for thread in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let read = |name: &str| std::fs::read_to_string(thread.path().join(name)).ok();
        // A thread that ends while it is looked at counts no more.
        let (Some(name), Some(spent)) = (read("comm"), read("schedstat")) else { continue };
        if counts(name.trim_end()) {
            let spent = spent.split(' ').nth(field).and_then(|first| first.parse::<u64>().ok())?;
            *nanos.get_or_insert(0) += spent;
        }
    }
    nanos.map(|nanos| nanos as f64 * 1e-9)
}

/// Seconds since 1970, UTC.
pub fn unix_secs() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A date and time as `2026-11-24T10:41:00Z` from seconds since 1970.
///
/// The calendar is Howard Hinnant's `civil_from_days`.
pub fn utc_text(unix_secs: u64) -> String {
    let (days, secs) = (unix_secs / 86_400, unix_secs % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", secs / 3_600, secs / 60 % 60, secs % 60)
}

/// Days from 1970 to a date as `2026-11-24`; `None` where it is none.
///
/// The calendar is Howard Hinnant's `days_from_civil`.
pub fn days_of(date: &str) -> Option<u64> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = year - u64::from(month <= 2);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year % 400 * 365 + year % 400 / 4 - year % 400 / 100 + day_of_year;
    (year / 400 * 146_097 + day_of_era).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn threads_are_counted_by_their_name() {
        let (sender, receiver) = crossbeam_channel::bounded::<()>(0);
        let busy = spawn("os-test-busy", move || {
            let sum = (0..20_000_000_u64).fold(0, |sum, n| std::hint::black_box(sum ^ n));
            let _ = receiver.recv();
            sum
        });
        let is_busy = |name: &str| name == "os-test-busy";
        let mut spent = 0.0;
        while spent == 0.0 {
            spent = cpu_secs(is_busy).unwrap_or(0.0);
        }
        assert!(cpu_secs(|_| true).unwrap() >= spent);
        assert_eq!(cpu_secs(|_| false), None);
        drop(sender);
        busy.unwrap().join().unwrap();
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_knows_its_age_its_memory_and_what_a_thread_took() {
        let before = (thread_cpu_secs().unwrap(), process_age_secs().unwrap());
        let filled = std::hint::black_box(vec![1_u8; 32 << 20]);
        let (now, most) = resident_bytes().unwrap();
        assert!(now >= 32 << 20 && most >= now, "{now} bytes of {most}");
        assert!(filled.iter().map(|byte| u64::from(*byte)).sum::<u64>() == 32 << 20);
        assert!(thread_cpu_secs().unwrap() > before.0 && process_age_secs().unwrap() >= before.1);
    }

    #[test]
    fn days_and_dates_undo_each_other() {
        for days in (0..30_000).step_by(17) {
            let date = utc_text(days * 86_400);
            assert_eq!(days_of(date.split('T').next().unwrap()), Some(days), "{date}");
        }
        for wrong in ["", "2026", "2026-13-01", "2026-01-40", "1969-12-31", "today", "99999999999999999999-1-1"] {
            assert_eq!(days_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(utc_text(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc_text(951_826_154), "2000-02-29T12:09:14Z");
        assert_eq!(utc_text(1_795_516_860), "2026-11-24T10:41:00Z");
    }
}
