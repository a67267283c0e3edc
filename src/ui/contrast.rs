//! Stronger colours: which are left as they are, and which are pushed away from what they stand on.

use eframe::egui::{Color32, Theme};

use super::tokens::{Palette, Rgb};

/// Contrast of text.
const TEXT: f32 = 7.0;
/// Contrast of what is drawn: curves, bars, icons.
const DRAWN: f32 = 4.5;
/// Contrast of what only separates.
const LINE: f32 = 3.0;
/// How far behind cards it is.
const CANVAS: f32 = 0.11;
/// Shades that are tried between a colour and black or white.
const SHADES: u8 = 40;

impl Palette {
    /// The same roles on black or white, each as far from it as its role asks for. WCAG 2.2 calls for 7 to 1 of text
    /// (level AAA) and 3 to 1 of what is drawn.
    pub(crate) fn stronger(&self, theme: Theme) -> Self {
        let (ground, far) = match theme {
            Theme::Dark => (Color32::BLACK, Color32::WHITE),
            Theme::Light => (Color32::WHITE, Color32::BLACK),
        };
        let mut strong = self.clone();
        (strong.surface, strong.text) = (Rgb(ground), Rgb(far));
        // Far enough from the cards to show where they end.
        strong.canvas = Rgb(ground.lerp_to_gamma(far, CANVAS));
        for colour in [&mut strong.raised, &mut strong.hovered, &mut strong.pressed] {
            // What can be pressed keeps a ground of its own, dark or light enough for the text on it.
            colour.0 = colour.0.lerp_to_gamma(ground, 0.25);
        }
        let (raised, canvas) = (strong.raised.0, strong.canvas.0);
        let roles = [
            (&mut strong.soft, TEXT),
            (&mut strong.accent, TEXT),
            (&mut strong.good, TEXT),
            (&mut strong.warn, TEXT),
            (&mut strong.bad, TEXT),
            (&mut strong.faint, DRAWN),
            (&mut strong.offered, DRAWN),
            (&mut strong.completed, DRAWN),
            (&mut strong.errors, DRAWN),
            (&mut strong.p50, DRAWN),
            (&mut strong.p95, DRAWN),
            (&mut strong.p99, DRAWN),
            (&mut strong.useful, DRAWN),
            (&mut strong.boot, DRAWN),
            (&mut strong.wasted, DRAWN),
            (&mut strong.ghost, DRAWN),
            (&mut strong.idle, LINE),
            (&mut strong.line, LINE),
        ];
        for (colour, least) in roles {
            colour.0 = pushed(colour.0, &[ground, raised, canvas], far, least);
        }
        strong.on_accent = Rgb(ground);
        strong.grid = Rgb(far.gamma_multiply(0.3));
        strong
    }
}

/// The first shade on the way to `far` that stands out from every ground.
fn pushed(colour: Color32, grounds: &[Color32], far: Color32, least: f32) -> Color32 {
    let shade = |step: u8| colour.lerp_to_gamma(far, f32::from(step) / f32::from(SHADES));
    let stands_out = |shade: &Color32| grounds.iter().all(|ground| contrast(*shade, *ground) >= least);
    (0..=SHADES).map(shade).find(stands_out).unwrap_or(far)
}

/// Contrast of two colours as WCAG 2.2 has it, 1 to 21.
pub(crate) fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |colour: Color32| {
        let [r, g, b, _] = eframe::egui::Rgba::from(colour).to_array();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    if a > b { a / b } else { b / a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::tokens::{Contrast, Tokens};

    #[test]
    fn strong_colours_stand_out_from_cards_and_buttons() {
        let mut tokens = Tokens::built_in().expect("assets/theme.ron");
        tokens.contrast = Contrast::High;
        for theme in [Theme::Dark, Theme::Light] {
            let palette = tokens.palette(theme);
            for (name, colour, least) in [
                ("text", palette.text, 15.0),
                ("soft", palette.soft, 7.0),
                ("good", palette.good, 7.0),
                ("warn", palette.warn, 7.0),
                ("bad", palette.bad, 7.0),
                ("accent", palette.accent, 7.0),
                ("faint", palette.faint, 4.5),
                ("offered", palette.offered, 4.5),
                ("completed", palette.completed, 4.5),
                ("p50", palette.p50, 4.5),
                ("p99", palette.p99, 4.5),
                ("ghost", palette.ghost, 4.5),
                ("line", palette.line, 3.0),
            ] {
                for ground in [palette.surface, palette.raised, palette.canvas] {
                    let contrast = contrast(colour.into(), ground.into());
                    assert!(contrast >= least, "{theme:?} {name}: contrast {contrast:.1} is below {least}");
                }
            }
            let on_accent = contrast(palette.on_accent.into(), palette.accent.into());
            assert!(on_accent >= 7.0, "{theme:?} on_accent: {on_accent:.1}");
            for pressed in [palette.hovered, palette.pressed] {
                assert!(contrast(palette.text.into(), pressed.into()) >= 7.0, "{theme:?}: text on a button");
            }
        }
    }

    #[test]
    fn a_colour_that_stands_out_already_is_left_alone() {
        let yellow = Color32::from_rgb(240, 228, 66);
        assert_eq!(pushed(yellow, &[Color32::BLACK], Color32::WHITE, 7.0), yellow);
        assert_eq!(pushed(Color32::BLACK, &[Color32::BLACK], Color32::WHITE, 21.0), Color32::WHITE);
    }
}
