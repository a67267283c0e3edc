//! Taking what a plot shows out of the window: as a table, or to a file.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{ColorImage, Context};

use super::app::App;
use super::command::{Export, Overlay};
use super::files::Done;
use super::text;
use super::time_range::TimeChange;
use crate::interop::figure::Figure;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    Csv,
    /// A picture made of curves.
    Svg,
}

/// What happens to a file of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// It stays, and nothing is written.
    Never,
    /// The system's dialog asked, and it gives way.
    Agreed,
}

/// What is to be written once it is known where to.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// What a plot shows, in this form.
    Figure(Arc<Figure>, Form),
    /// What is on the screen.
    Pixels(Arc<ColorImage>),
}

impl Content {
    /// The bytes of the file.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::Figure(figure, Form::Csv) => Ok(figure.csv().into_bytes()),
            Self::Figure(figure, Form::Svg) => figure.svg().map(String::into_bytes),
            Self::Pixels(image) => png(image),
        }
    }

    fn ending(&self) -> &'static str {
        match self {
            Self::Figure(_, Form::Csv) => "csv",
            Self::Figure(_, Form::Svg) => "svg",
            Self::Pixels(_) => "png",
        }
    }
}

fn png(image: &ColorImage) -> Result<Vec<u8>, String> {
    let [width, height] = image.size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let bytes = image.pixels.iter().flat_map(|pixel| pixel.to_array()).collect();
    let whole = image::RgbaImage::from_raw(width, height, bytes).ok_or_else(|| text::NO_PIXELS.to_owned())?;
    let mut file = std::io::Cursor::new(Vec::new());
    whole.write_to(&mut file, image::ImageFormat::Png).map_err(|err| err.to_string())?;
    Ok(file.into_inner())
}

impl App {
    /// Does what was asked of a plot.
    pub(super) fn export(&mut self, ctx: &Context, wish: Export) {
        match wish {
            Export::Table(figure) => {
                self.overlays.set_table(&figure);
                self.overlay = Some(Overlay::Table);
            }
            Export::File(figure, form) => {
                let (view, stretch) = (figure.name.clone(), figure.stretch());
                self.ask_where(Content::Figure(figure, form), &view, stretch);
            }
            Export::Of(view, wanted) => {
                self.asked = Some((view, wanted));
                ctx.request_repaint();
            }
            Export::NoNumbers => self.say(text::NO_NUMBERS.to_owned()),
            Export::Pixels { view, stretch, place } => {
                // What the pointer reads is no part of the view.
                self.time.change(TimeChange::Hover(None));
                self.files.capture(ctx, place, view, stretch);
            }
            Export::Write(path, over) => match self.exporting.clone() {
                Some(content) => self.files.export(content, path, over),
                None => self.say(text::EXPORT_NOTHING.to_owned()),
            },
        }
    }

    /// What came of it.
    pub(super) fn export_done(&mut self, done: Done) {
        match done {
            Done::Captured { image, view, stretch } => self.ask_where(Content::Pixels(image), &view, Some(stretch)),
            Done::Exported(path) => {
                (self.overlay, self.exporting) = (None, None);
                self.say(text::exported(&path.display().to_string()));
            }
            _ => {}
        }
    }

    fn ask_where(&mut self, content: Content, view: &str, stretch: Option<(f64, f64)>) {
        let beside = self.session.opened().path.clone().unwrap_or_else(|| PathBuf::from(text::SCENARIO));
        let stem = beside.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let path = beside.with_file_name(text::export_name(&stem, view, stretch, content.ending()));
        self.overlays.set_path(path.display().to_string());
        (self.overlay, self.exporting) = (Some(Overlay::Export), Some(content));
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::Color32;

    use super::*;

    #[test]
    fn pixels_are_written_as_they_are() {
        let pixels = vec![Color32::RED, Color32::GREEN, Color32::BLUE, Color32::WHITE, Color32::BLACK, Color32::GRAY];
        let image = ColorImage::new([3, 2], pixels.clone());
        let read = image::load_from_memory(&png(&image).expect("a file")).expect("a picture").to_rgba8();
        assert_eq!(read.dimensions(), (3, 2));
        let read: Vec<Color32> = read.pixels().map(|pixel| Color32::from_rgb(pixel[0], pixel[1], pixel[2])).collect();
        assert_eq!(read, pixels);
    }
}
