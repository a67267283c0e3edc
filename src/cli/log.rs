//! What happens is written down: a line for each event worth one, in a file that `scalelab doctor` names and, where `RUST_LOG` asks for
//! lines, on stderr.

use std::fs;
use std::path::Path;

use flexi_logger::{Duplicate, FileSpec, LogSpecification, Logger, LoggerHandle};

use crate::interop::about;

/// What is written where `RUST_LOG` says nothing: what we say of ourselves, and warnings of others.
const USUAL: &str = "warn, scalelab = info";
/// A file larger than this is set aside, in place of the one that was set aside before, when the program starts.
const BYTES_MAX: u64 = 1 << 20;

/// Begins to write things down, and says what was started. Keep what it returns until the end. A log that cannot be written is none.
pub fn begin(arguments: &[String]) -> Option<LoggerHandle> {
    let on_stderr = std::env::var_os("RUST_LOG").is_some_and(|asked| !asked.is_empty());
    let spec = LogSpecification::env_or_parse(USUAL).ok()?;
    let logger = Logger::with(spec).format_for_files(line).format_for_stderr(line);
    let logger = match about::log_file().filter(|file| prepare(file)) {
        Some(file) => {
            let logger = logger.log_to_file(FileSpec::try_from(file).ok()?).append();
            if on_stderr { logger.duplicate_to_stderr(Duplicate::All) } else { logger }
        }
        None if on_stderr => logger.log_to_stderr(),
        None => return None,
    };
    let handle = logger.start().ok()?;
    log::info!("scalelab {} begins: {}", about::build(), arguments.join(" "));
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        log::error!("{panic}");
        told(panic);
    }));
    Some(handle)
}

/// Makes the folder, and sets a file aside that has become too large. Whether it can be written.
fn prepare(file: &Path) -> bool {
    if let Some(folder) = file.parent()
        && fs::create_dir_all(folder).is_err()
    {
        return false;
    }
    if file.metadata().is_ok_and(|data| data.len() > BYTES_MAX) {
        // Another program may have been quicker; then there is nothing left to set aside.
        drop(fs::rename(file, file.with_extension("log.before")));
    }
    fs::File::options().append(true).create(true).open(file).is_ok()
}

fn line(
    out: &mut dyn std::io::Write,
    now: &mut flexi_logger::DeferredNow,
    record: &log::Record<'_>,
) -> Result<(), std::io::Error> {
    let (level, place) = (record.level(), record.target());
    write!(out, "{} {level:<5} [{}] {place}: {}", now.format_rfc3339(), std::process::id(), record.args())
}
