//! The lines of a run as Parquet: a nullable double for each column, compressed with Snappy, which every reader knows.

use std::sync::Arc;

use parquet::basic::{Compression, Repetition, Type as Physical};
use parquet::data_type::DoubleType;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::interop::rows::Rows;

/// The whole file.
pub(super) fn written(rows: &Rows) -> Result<Vec<u8>, ParquetError> {
    let field = |name: &String| {
        let field = Type::primitive_type_builder(name, Physical::DOUBLE).with_repetition(Repetition::OPTIONAL);
        field.build().map(Arc::new)
    };
    let fields = rows.columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder("run").with_fields(fields).build()?);
    let properties = Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build());
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, schema, properties)?;
    let mut group = file.next_row_group()?;
    for name in &rows.columns {
        let Some(mut column) = group.next_column()? else { break };
        let cells: Vec<Option<f64>> = rows.column(name).collect();
        let known: Vec<f64> = cells.iter().copied().flatten().collect();
        let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
        column.typed::<DoubleType>().write_batch(&known, Some(&levels), None)?;
        column.close()?;
    }
    group.close()?;
    file.close()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;

    #[test]
    fn values_and_gaps_come_back() {
        let rows = Rows::read("time_secs,p99_secs\n1,\n2,0.25\n").expect("rows");
        let bytes = written(&rows).expect("it is written");
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&bytes).expect("it takes them");
        let reader = SerializedFileReader::new(file).expect("it is Parquet");
        let read: Vec<String> =
            reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row").to_string()).collect();
        assert_eq!(read, ["{time_secs: 1.0, p99_secs: null}", "{time_secs: 2.0, p99_secs: 0.25}"]);
    }
}
