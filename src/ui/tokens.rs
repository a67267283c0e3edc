//! Design tokens: every colour and size of the window, read from `assets/theme.ron`.

use std::sync::Arc;

use eframe::egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, Style, TextStyle,
    Theme, Vec2, Visuals, style::ScrollAnimation, style::WidgetVisuals, vec2,
};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// Colours for dark and light, and sizes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    dark: Arc<Palette>,
    light: Arc<Palette>,
    /// Sizes in points.
    pub size: Sizes,
    presenter: Presenter,
    /// Which colours are in use.
    #[serde(skip)]
    pub(crate) contrast: Contrast,
    /// Whether what is only pleasant may move.
    #[serde(skip)]
    pub(crate) motion: Motion,
    /// Stronger colours for dark and light, once they are worked out.
    #[serde(skip)]
    stronger: Option<[Arc<Palette>; 2]>,
    #[serde(skip)]
    is_presenting: bool,
}

/// What makes the window legible from afar.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Presenter {
    zoom: f32,
    line: f32,
}

/// How strong colours are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Contrast {
    /// As the theme has them.
    #[default]
    Plain,
    /// Stronger.
    High,
}

/// Whether what is only pleasant may move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Motion {
    /// It may.
    #[default]
    Plain,
    /// It stands still.
    Reduced,
}

/// The colours of one theme.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the role its name says")]
pub struct Palette {
    pub canvas: Rgb,
    pub surface: Rgb,
    pub raised: Rgb,
    pub hovered: Rgb,
    pub pressed: Rgb,
    pub line: Rgb,
    pub text: Rgb,
    pub soft: Rgb,
    pub faint: Rgb,
    pub accent: Rgb,
    pub on_accent: Rgb,
    pub good: Rgb,
    pub warn: Rgb,
    pub bad: Rgb,
    pub offered: Rgb,
    pub completed: Rgb,
    pub errors: Rgb,
    pub shed: Rgb,
    pub retries: Rgb,
    pub p50: Rgb,
    pub p95: Rgb,
    pub p99: Rgb,
    pub useful: Rgb,
    pub idle: Rgb,
    pub boot: Rgb,
    pub wasted: Rgb,
    pub ghost: Rgb,
    pub grid: Rgb,
}

/// Sizes in points.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the role its name says")]
pub struct Sizes {
    pub title: f32,
    pub heading: f32,
    pub body: f32,
    pub small: f32,
    pub figure: f32,
    pub gap: f32,
    pub pad: f32,
    pub radius: f32,
    pub control: f32,
    pub knobs_width: f32,
    pub line: f32,
}

/// A colour written as `#RRGGBB` or `#RRGGBBAA`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rgb(pub Color32);

impl From<Rgb> for Color32 {
    fn from(rgb: Rgb) -> Self {
        rgb.0
    }
}

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refused = || D::Error::custom(format!("{text:?} is not a colour like \"#56B4E9\""));
        Color32::from_hex(&text).map(Self).map_err(|_| refused())
    }
}

/// The family of headings and figures.
pub(crate) fn strong() -> FontFamily {
    FontFamily::Name("strong".into())
}

impl Tokens {
    /// The tokens that are built in.
    ///
    /// # Errors
    /// When the file that was built in is broken; a test keeps it whole.
    pub fn built_in() -> Result<Self, ron::error::SpannedError> {
        let mut tokens: Self = ron::from_str(include_str!("../../assets/theme.ron"))?;
        tokens.stronger = Some([tokens.dark.stronger(Theme::Dark), tokens.light.stronger(Theme::Light)].map(Arc::new));
        Ok(tokens)
    }

    /// The colours of a theme.
    pub fn palette(&self, theme: Theme) -> Arc<Palette> {
        let [dark, light] = match &self.stronger {
            Some([dark, light]) if self.contrast == Contrast::High => [dark, light],
            _ => [&self.dark, &self.light],
        };
        Arc::clone(if theme == Theme::Dark { dark } else { light })
    }

    /// How large everything is drawn.
    pub(crate) fn zoom(&self) -> f32 {
        if self.is_presenting { self.presenter.zoom } else { 1.0 }
    }

    /// Draws for a room, or for who sits in front of it.
    pub(crate) fn set_presenting(&mut self, is_presenting: bool) {
        if is_presenting != self.is_presenting {
            let thicker = if is_presenting { self.presenter.line } else { 1.0 / self.presenter.line };
            self.size.line *= thicker;
            self.is_presenting = is_presenting;
        }
    }

    /// Teaches the toolkit fonts, sizes and both palettes.
    pub fn install(&self, ctx: &Context) {
        ctx.set_fonts(fonts());
        self.restyle(ctx);
    }

    /// Teaches it sizes and both palettes again.
    pub(crate) fn restyle(&self, ctx: &Context) {
        for theme in [Theme::Dark, Theme::Light] {
            let palette = self.palette(theme);
            ctx.style_mut_of(theme, |style| self.style(style, theme, &palette));
        }
    }

    fn style(&self, style: &mut Style, theme: Theme, palette: &Palette) {
        let size = &self.size;
        style.text_styles = [
            (TextStyle::Heading, FontId::new(size.title, strong())),
            (TextStyle::Body, FontId::proportional(size.body)),
            (TextStyle::Button, FontId::proportional(size.body)),
            (TextStyle::Small, FontId::proportional(size.small)),
            (TextStyle::Monospace, FontId::monospace(size.body)),
        ]
        .into();
        style.spacing.item_spacing = vec2(size.gap, 6.0);
        style.spacing.button_padding = vec2(10.0, 4.0);
        style.spacing.interact_size = vec2(size.control, size.control);
        style.spacing.slider_rail_height = 4.0;
        // What lies over the window may be nearly as high as the smallest window.
        style.spacing.default_area_size = vec2(600.0, 640.0);
        style.spacing.window_margin = Margin::same(16);
        let plain = Style::default();
        (style.animation_time, style.scroll_animation) = match self.motion {
            Motion::Plain => (plain.animation_time, plain.scroll_animation),
            Motion::Reduced => (0.0, ScrollAnimation::none()),
        };
        style.visuals = visuals(theme, palette, size.radius);
        if self.contrast == Contrast::High {
            // The ground of a button is close to that of the window: an edge says where it ends.
            let edge = Stroke::new(1.0, palette.line);
            let widgets = &mut style.visuals.widgets;
            for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active, &mut widgets.open] {
                state.bg_stroke = edge;
            }
        }
    }
}

fn visuals(theme: Theme, palette: &Palette, radius: f32) -> Visuals {
    let mut visuals = match theme {
        Theme::Dark => Visuals::dark(),
        Theme::Light => Visuals::light(),
    };
    let control = CornerRadius::from((radius * 0.75).round());
    let make = |fill: Rgb, stroke: Stroke, text: Rgb| WidgetVisuals {
        bg_fill: fill.into(),
        weak_bg_fill: fill.into(),
        bg_stroke: stroke,
        corner_radius: control,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let none = Stroke::NONE;
    visuals.widgets.noninteractive = make(palette.surface, Stroke::new(1.0, palette.line), palette.text);
    visuals.widgets.inactive = make(palette.raised, none, palette.text);
    visuals.widgets.hovered = make(palette.hovered, none, palette.text);
    visuals.widgets.active = make(palette.pressed, none, palette.text);
    visuals.widgets.open = make(palette.hovered, none, palette.text);
    visuals.selection.bg_fill = palette.accent.into();
    visuals.selection.stroke = Stroke::new(1.0, palette.on_accent);
    visuals.weak_text_color = Some(palette.soft.into());
    visuals.hyperlink_color = palette.accent.into();
    visuals.warn_fg_color = palette.warn.into();
    visuals.error_fg_color = palette.bad.into();
    visuals.panel_fill = palette.canvas.into();
    visuals.window_fill = palette.surface.into();
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.extreme_bg_color = palette.canvas.into();
    visuals.faint_bg_color = palette.raised.into();
    visuals.window_corner_radius = CornerRadius::from((radius * 1.25).round());
    visuals.menu_corner_radius = CornerRadius::from(radius.round());
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = eframe::egui::style::HandleShape::Circle;
    visuals
}

/// Inter in two weights before the fonts that are built into the toolkit, which supply what Inter's subset lacks.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let regular: &[u8] = include_bytes!("../../assets/fonts/inter-regular.otf");
    let semibold: &[u8] = include_bytes!("../../assets/fonts/inter-semibold.otf");
    fonts.font_data.insert("inter".to_owned(), Arc::new(FontData::from_static(regular)));
    fonts.font_data.insert("inter-semibold".to_owned(), Arc::new(FontData::from_static(semibold)));
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let with = |first: &str| [first.to_owned()].into_iter().chain(fallback.iter().cloned()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Proportional, with("inter"));
    fonts.families.insert(strong(), with("inter-semibold"));
    fonts
}

/// A square of this side.
pub(crate) fn square(side: f32) -> Vec2 {
    Vec2::splat(side)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::contrast::contrast;

    #[test]
    fn the_built_in_tokens_are_whole_and_legible() {
        let tokens = Tokens::built_in().expect("assets/theme.ron");
        for theme in [Theme::Dark, Theme::Light] {
            let palette = tokens.palette(theme);
            for (name, colour, least) in [
                ("text", palette.text, 7.0),
                ("soft", palette.soft, 4.5),
                ("good", palette.good, 4.5),
                ("warn", palette.warn, 4.5),
                ("bad", palette.bad, 4.5),
                ("accent", palette.accent, 4.5),
                ("completed", palette.completed, 3.0),
                ("p99", palette.p99, 3.0),
                ("shed", palette.shed, 3.0),
                ("retries", palette.retries, 3.0),
            ] {
                let contrast = contrast(colour.into(), palette.surface.into());
                assert!(contrast >= least, "{theme:?} {name}: contrast {contrast:.1} is below {least}");
            }
        }
    }
}
