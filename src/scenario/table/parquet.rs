//! A person's own table as Parquet.

use std::fs::File;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;

use super::{Builder, OwnTable, TableSource, no_column};

/// Reads the three columns of it that are named.
pub(super) fn read(source: &TableSource) -> Result<OwnTable, String> {
    let file = File::open(&source.file).map_err(|err| err.to_string())?;
    let reader = SerializedFileReader::new(file).map_err(|err| err.to_string())?;
    let schema = reader.metadata().file_metadata().schema();
    let wanted = [&source.group, &source.number, &source.category];
    let there: Vec<&str> = schema.get_fields().iter().map(|field| field.name()).collect();
    if let Some(missing) = wanted.iter().find(|name| !there.contains(&name.as_str())) {
        return Err(no_column(missing, &there));
    }
    let fields = schema.get_fields().iter().filter(|field| wanted.iter().any(|name| *name == field.name()));
    let only = Type::group_type_builder(schema.name()).with_fields(fields.cloned().collect()).build();
    let rows = reader.get_row_iter(Some(only.map_err(|err| err.to_string())?)).map_err(|err| err.to_string())?;
    let mut builder = Builder::new(source);
    for (ix, row) in rows.enumerate() {
        let (row, place) = (row.map_err(|err| err.to_string())?, ix as u64 + 1);
        let value = |name: &String| row.get_column_iter().find(|(own, _)| *own == name).map(|(_, field)| field);
        let text = |name: &String| match value(name) {
            Some(Field::Str(text)) => text.clone(),
            Some(Field::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        let number = match value(&source.number).map(number_of) {
            Some(Some(number)) => number,
            _ => return Err(format!("column {:?} holds no numbers", source.number)),
        };
        builder.row(place, &text(&source.group), number, &text(&source.category))?;
    }
    builder.finish()
}

/// The number of a field, which may be missing; `None` where it is none.
fn number_of(field: &Field) -> Option<Option<f64>> {
    Some(match field {
        Field::Null => None,
        Field::Byte(value) => Some(f64::from(*value)),
        Field::Short(value) => Some(f64::from(*value)),
        Field::Int(value) => Some(f64::from(*value)),
        Field::Long(value) => Some(*value as f64),
        Field::UByte(value) => Some(f64::from(*value)),
        Field::UShort(value) => Some(f64::from(*value)),
        Field::UInt(value) => Some(f64::from(*value)),
        Field::ULong(value) => Some(*value as f64),
        Field::Float(value) => Some(f64::from(*value)),
        Field::Double(value) => Some(*value),
        _ => return None,
    })
}
