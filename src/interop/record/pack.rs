//! A run in one file: a ZIP archive of the files of its directory, without folders.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::Path;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{FILES, Record, RecordError, beside, bounded};

/// The ending of such a file.
pub const PACK_ENDING: &str = "slrun";

/// Packs a run into a file, which must not exist yet. It is written beside its place and moved there when it is whole.
///
/// # Errors
/// When something is there already, or something cannot be read or written.
pub fn pack(record: &Record, to: &Path) -> Result<(), RecordError> {
    let io_err = |source: io::Error| RecordError::Io { path: to.to_owned(), source };
    if to.symlink_metadata().is_ok() {
        let what = "there is something there already; name a file that does not exist yet";
        return Err(io_err(io::Error::new(io::ErrorKind::AlreadyExists, what)));
    }
    let beside = beside(to);
    let written = File::create_new(&beside).map_err(io_err).and_then(|file| write(record, file, &io_err));
    let moved = written.and_then(|()| fs::rename(&beside, to).map_err(io_err));
    if moved.is_err() {
        // Half a file is of no use; if it cannot be removed either, there is nothing left to try.
        drop(fs::remove_file(&beside));
    }
    moved
}

fn write(
    record: &Record,
    file: impl Write + Seek,
    io_err: &impl Fn(io::Error) -> RecordError,
) -> Result<(), RecordError> {
    let mut archive = ZipWriter::new(file);
    // The same run gives the same bytes: no dates.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for name in FILES {
        let Some(bytes) = record.file(name)? else { continue };
        archive.start_file(name, options).map_err(|err| io_err(io_of(err)))?;
        archive.write_all(&bytes).map_err(io_err)?;
    }
    let mut file = archive.finish().map_err(|err| io_err(io_of(err)))?;
    file.flush().map_err(io_err)
}

/// A file of a packed run; `None` where it has none of this name.
pub(super) fn read(pack: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    let mut archive = ZipArchive::new(File::open(pack)?).map_err(io_of)?;
    match archive.by_name(name) {
        Ok(file) => bounded(file).map(Some),
        Err(ZipError::FileNotFound) => Ok(None),
        Err(err) => Err(io_of(err)),
    }
}

fn io_of(err: ZipError) -> io::Error {
    match err {
        ZipError::Io(err) => err,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}
