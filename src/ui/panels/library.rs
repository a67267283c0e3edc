//! Library: which questions come with the program, and what is there to see in each?

use eframe::egui::{Align, FontId, Layout, WidgetInfo};
use eframe::egui::{Button, Frame, Label, Margin, Response, RichText, Role, ScrollArea, TextEdit, TextWrapMode, Ui};

use super::View;
use super::beside::Beside;
use crate::base::os;
use crate::scenario::bundled::{self, Bundled};
use crate::scenario::{Host, Mode, Twin, load};
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::tokens::strong;
use crate::ui::widgets::card::header_ui;
use crate::ui::widgets::words::{soft, tinted, value};

/// The view.
#[derive(Default)]
pub(crate) struct LibraryView {
    query: String,
    books: Option<Vec<Book>>,
    reading: Beside<Vec<Book>>,
}

/// A scenario of the library.
#[derive(Debug)]
struct Book {
    scenario: Bundled,
    /// One line: what to look for.
    look_for: String,
    /// The whole opening comment.
    about: String,
    mode: Mode,
    twins: Vec<Twin>,
}

/// What a person picked.
type Picked = Option<(&'static str, Option<String>)>;

impl View for LibraryView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        if let Some(books) = self.reading.take() {
            self.books = Some(books);
        }
        if self.books.is_none() && !self.reading.is_busy() && self.reading.begin(ui.ctx(), books).is_err() {
            // Without a thread they are read here, once: a moment without a frame is better than an empty library.
            self.books = Some(books());
        }
        let Self { query, books, .. } = self;
        let books = books.as_deref().unwrap_or_default();
        let shown = books.iter().filter(|book| book.matches(query)).count();
        let header = header_ui(ui, ctx, text::LIBRARY_TITLE, |ui| {
            ui.add(Label::new(soft(ctx, text::library_count(shown, books.len()))).truncate());
        });
        let field = TextEdit::singleline(query).hint_text(text::LIBRARY_SEARCH).desired_width(f32::INFINITY);
        ui.add(field.margin(Margin::symmetric(10, 5))).accessible_name(text::LIBRARY_SEARCH);
        let mut picked = None;
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            if shown == 0 {
                let words = if books.is_empty() { text::LIBRARY_READING } else { text::LIBRARY_NOTHING };
                ui.label(soft(ctx, words));
            }
            for (title, knob, names) in shelves() {
                let on_shelf = |book: &&Book| names.contains(&book.scenario.name) && book.matches(query);
                let mut on_shelf = books.iter().filter(on_shelf).peekable();
                if on_shelf.peek().is_some() {
                    shelf_title_ui(ui, ctx, title, knob);
                }
                for book in on_shelf {
                    ui.push_id(book.scenario.name, |ui| picked = book_ui(ui, ctx, book).or(picked.take()));
                }
            }
        });
        if let Some((name, twin)) = picked {
            ctx.ask(UiCommand::OpenBuiltIn { name, twin });
        }
        let summary = text::library_summary(shown, books.len());
        header.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
        header
    }
}

fn shelf_title_ui(ui: &mut Ui, ctx: &Ctx<'_>, title: &str, knob: &str) {
    ui.add_space(ctx.size.gap * 0.5);
    ui.horizontal(|ui| {
        ui.add(Label::new(value(ctx, title)));
        ui.add(Label::new(soft(ctx, knob)).truncate());
    });
}

fn book_ui(ui: &mut Ui, ctx: &Ctx<'_>, book: &Book) -> Picked {
    let mut picked = None;
    let name = book.scenario.name;
    let frame = Frame::new().fill(ctx.palette.raised.0.gamma_multiply(0.55)).corner_radius(ctx.size.radius);
    frame.inner_margin(Margin::symmetric(10, 6)).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            let mode = text::mode_word(book.mode);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add(Label::new(soft(ctx, text::library_mode(name, mode))));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let title = RichText::new(book.scenario.question()).font(FontId::new(ctx.size.body, strong()));
                    let button = Button::new(title.color(ctx.palette.accent)).frame(false);
                    let open = ui.add(button.wrap_mode(TextWrapMode::Truncate));
                    if open.on_hover_text(&book.about).clicked() {
                        picked = Some((name, None));
                    }
                });
            });
        });
        let look_for = Label::new(soft(ctx, &book.look_for)).truncate().show_tooltip_when_elided(false);
        ui.add(look_for).on_hover_text(&book.about);
        if !book.twins.is_empty() {
            ui.horizontal_wrapped(|ui| {
                ui.label(soft(ctx, text::LIBRARY_TWINS));
                for twin in &book.twins {
                    let button = Button::new(tinted(ctx, &twin.title, ctx.palette.text.0)).small();
                    if ui.add(button).on_hover_text(text::library_twin(&twin.set)).clicked() {
                        picked = Some((name, Some(twin.name.clone())));
                    }
                }
            });
        }
    });
    picked
}

/// The shelves with their titles and what one turns there; what stands on none of them comes last.
fn shelves() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let mut shelves: Vec<_> =
        text::SHELVES.iter().map(|(title, knob, names)| (*title, *knob, names.to_vec())).collect();
    let has = |name: &str| text::SHELVES.iter().any(|(.., names)| names.contains(&name));
    let rest = bundled::ALL.iter().map(|scenario| scenario.name).filter(|name| !has(name)).collect();
    let (title, knob) = text::SHELF_OTHERS;
    shelves.push((title, knob, rest));
    shelves
}

/// Reads all of them on this computer.
fn books() -> Vec<Book> {
    let host = Host { cores: os::cores() as u32, cpu: os::cpu() };
    let book = |scenario: Bundled| {
        let read = load(scenario.text, scenario.name, &host).ok();
        let (mode, twins) = read.map_or((Mode::default(), Vec::new()), |read| (read.mode, read.twins));
        let paragraphs = opening(scenario.text);
        Book { scenario, look_for: look_for(&paragraphs), about: paragraphs.join("\n\n"), mode, twins }
    };
    bundled::ALL.into_iter().map(book).collect()
}

impl Book {
    /// Whether every word of a query is somewhere in what is known of it.
    fn matches(&self, query: &str) -> bool {
        let twins = self.twins.iter().map(|twin| twin.title.as_str());
        let known = [self.scenario.name, self.about.as_str(), text::mode_word(self.mode)].into_iter().chain(twins);
        let known = known.collect::<Vec<_>>().join("\n").to_lowercase();
        query.to_lowercase().split_whitespace().all(|word| known.contains(word))
    }
}

/// The paragraphs of the comment that a file opens with, each as one line.
fn opening(text: &str) -> Vec<String> {
    let lines = text.lines().map_while(|line| line.strip_prefix("//")).map(str::trim);
    let mut paragraphs = vec![String::new()];
    for line in lines {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// What to look for, or, where no paragraph says so, what it is about.
fn look_for(paragraphs: &[String]) -> String {
    let said = paragraphs.iter().find_map(|paragraph| paragraph.strip_prefix(text::LOOK_FOR));
    let words = said.or_else(|| paragraphs.get(1).map(String::as_str)).unwrap_or_default().trim();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_stands_on_one_shelf_and_no_shelf_names_another() {
        let shelves = shelves();
        let on_shelves: Vec<&str> = shelves.iter().flat_map(|(.., names)| names.iter().copied()).collect();
        for scenario in bundled::ALL {
            let times = on_shelves.iter().filter(|name| **name == scenario.name).count();
            assert_eq!(times, 1, "{}", scenario.name);
        }
        assert_eq!(on_shelves.len(), bundled::ALL.len(), "{on_shelves:?}");
    }

    #[test]
    fn every_scenario_says_what_to_look_for() {
        for book in books() {
            assert!(book.look_for.len() > 20, "{}: {:?}", book.scenario.name, book.look_for);
            assert!(book.about.starts_with(book.scenario.question()));
        }
    }

    #[test]
    fn the_opening_comment_is_read_by_paragraphs() {
        let paragraphs = opening("// Why?\n//\n// One\n// two.\n//\n// What to look for: the end.\n(\n// not this\n");
        assert_eq!(paragraphs, ["Why?", "One two.", "What to look for: the end."]);
        assert_eq!(look_for(&paragraphs), "The end.");
        assert_eq!(look_for(&paragraphs[..2]), "One two.");
        assert_eq!((opening("("), look_for(&[])), (vec![], String::new()));
    }

    #[test]
    fn a_query_is_all_of_its_words() {
        let books = books();
        let found = |query: &str| {
            let books = books.iter().filter(|book| book.matches(query));
            books.map(|book| book.scenario.name).collect::<Vec<_>>()
        };
        assert_eq!(found("Dean BARROSO"), ["hedge"]);
        assert_eq!(found("dean zebra").len(), 0);
        assert_eq!(found(" ").len(), books.len());
    }
}
