//! The table of runs: a click on the head of a column sorts by it, one on a run opens it. Only rows in view are drawn.

use eframe::egui::{Align, Button, Label, Layout, ScrollArea, TextWrapMode, Ui, UiBuilder, vec2};

use super::columns::{Column, Direction, Params, columns};
use super::read::Row;
use crate::experiment::figures::Figure;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::words::{soft, tinted, value};

/// How a table is looked at.
pub(super) struct Table {
    pub(super) params: Params,
    sorted: (Column, Direction),
    /// Positions of the runs in that order, and for which columns they were worked out.
    order: Option<Order>,
}

struct Order {
    rows: Vec<usize>,
    columns: Vec<Column>,
    more: usize,
    params: Params,
}

/// Height of a row in points.
const ROW: f32 = 20.0;
/// Space between columns in points.
const BETWEEN: f32 = 8.0;

impl Default for Table {
    fn default() -> Self {
        Self { params: Params::default(), sorted: (Column::Started, Direction::Down), order: None }
    }
}

impl Table {
    /// The runs are other ones.
    pub(super) fn forget_order(&mut self) {
        self.order = None;
    }

    /// The title of the column that it is sorted by.
    pub(super) fn sorted_by(&self) -> String {
        self.sorted.0.title()
    }

    /// Draws the table in the space that is left; returns the run that was clicked.
    pub(super) fn ui<'a>(&mut self, ui: &mut Ui, ctx: &Ctx<'_>, rows: &'a [Row]) -> Option<&'a Row> {
        self.sort(rows);
        let Self { sorted, order, .. } = self;
        let order = order.as_ref()?;
        if order.more > 0 {
            ui.add(Label::new(soft(ctx, text::runs_more_fields(order.more))).truncate());
        }
        let width: f32 = order.columns.iter().map(|column| column.width() + BETWEEN).sum();
        let (mut picked, mut turned) = (None, None);
        ScrollArea::horizontal().id_salt("across").auto_shrink([false, false]).show(ui, |ui| {
            ui.set_min_width(width);
            ui.spacing_mut().item_spacing = vec2(BETWEEN, 0.0);
            ui.horizontal(|ui| {
                for column in &order.columns {
                    turned = head_ui(ui, ctx, column, sorted).or(turned.take());
                }
            });
            let area = ScrollArea::vertical().id_salt("down").auto_shrink([false, false]);
            area.show_rows(ui, ROW, order.rows.len(), |ui, shown| {
                for row in order.rows.get(shown).unwrap_or_default().iter().filter_map(|ix| rows.get(*ix)) {
                    ui.push_id(&row.id, |ui| {
                        if row_ui(ui, ctx, row, &order.columns) {
                            picked = Some(row);
                        }
                    });
                }
            });
        });
        if let Some(column) = turned {
            let direction = match &self.sorted {
                (before, Direction::Down) if *before == column => Direction::Up,
                (before, Direction::Up) if *before == column => Direction::Down,
                // Of numbers that are better when they are large, the best first.
                _ if matches!(column, Column::Figure(Figure::Throughput) | Column::GoalsMet | Column::Started) => {
                    Direction::Down
                }
                _ => Direction::Up,
            };
            self.sorted = (column, direction);
            self.forget_order();
            ui.ctx().request_repaint();
        }
        picked
    }

    fn sort(&mut self, rows: &[Row]) {
        let is_known =
            self.order.as_ref().is_some_and(|order| order.params == self.params && order.rows.len() == rows.len());
        if is_known {
            return;
        }
        let (columns, more) = columns(rows, self.params);
        let (column, direction) = &self.sorted;
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| column.order(&rows[*a], &rows[*b], *direction));
        self.order = Some(Order { rows: order, columns, more, params: self.params });
    }
}

/// The head of a column; returns the column if it was clicked.
fn head_ui(ui: &mut Ui, ctx: &Ctx<'_>, column: &Column, sorted: &(Column, Direction)) -> Option<Column> {
    let arrow = match sorted {
        (by, Direction::Up) if by == column => " ↑",
        (by, Direction::Down) if by == column => " ↓",
        _ => "",
    };
    let title = column.title();
    let words = soft(ctx, format!("{title}{arrow}"));
    let clicked = cell_ui(ui, column.width(), |ui| {
        let response = ui.add(Button::new(words).frame(false).wrap_mode(TextWrapMode::Truncate));
        let full = if let Column::Param(path) = column { path } else { &title };
        response.on_hover_text(full).accessible_name(text::runs_sort_by(full)).clicked()
    });
    clicked.then(|| column.clone())
}

/// One run; returns whether it was clicked.
fn row_ui(ui: &mut Ui, ctx: &Ctx<'_>, row: &Row, columns: &[Column]) -> bool {
    let mut is_clicked = false;
    ui.horizontal(|ui| {
        for column in columns {
            let words = column.cell(row);
            cell_ui(ui, column.width(), |ui| match column {
                Column::Title => {
                    let button = Button::new(tinted(ctx, words, ctx.palette.accent.0)).frame(false);
                    let open = ui.add(button.wrap_mode(TextWrapMode::Truncate)).on_hover_text(row.opens.meaning());
                    let name = text::runs_open(&row.title, &row.id, row.opens.words());
                    is_clicked = open.accessible_name(name).clicked();
                }
                Column::Opens => {
                    let label = ui.add(Label::new(soft(ctx, words)).truncate());
                    label.on_hover_text(row.opens.meaning());
                }
                _ => {
                    ui.add(Label::new(value(ctx, words)).truncate());
                }
            });
        }
    });
    is_clicked
}

/// A place of this width and the height of a row.
fn cell_ui<R>(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui) -> R) -> R {
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), eframe::egui::Sense::hover());
    let builder = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
    let mut cell = ui.new_child(builder);
    cell.shrink_clip_rect(rect);
    cell.spacing_mut().interact_size.y = ROW;
    cell.spacing_mut().button_padding = vec2(0.0, 0.0);
    content(&mut cell)
}
