//! The colours of heat maps: viridis (Smith and van der Walt, 2015), which is as even in grey and for colour-blind eyes.

use eframe::egui::Color32;

/// Every eighth of the map, from low to high.
const STEPS: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];
/// From this luminance on dark words are easier to read than light ones.
const LIGHT: f32 = 0.18;

/// The colour of a share from 0, dark blue, to 1, yellow. What is no number is taken for 0.
pub(crate) fn viridis(share: f64) -> Color32 {
    let place = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) * (STEPS.len() - 1) as f64 };
    let below = (place as usize).min(STEPS.len() - 2);
    let along = place - below as f64;
    let mix = |part: usize| {
        let (low, high) = (f64::from(STEPS[below][part]), f64::from(STEPS[below + 1][part]));
        (low + (high - low) * along).round() as u8
    };
    Color32::from_rgb(mix(0), mix(1), mix(2))
}

/// The colour of words on a colour: black or white, whichever is easier to read.
pub(crate) fn words_on(colour: Color32) -> Color32 {
    let [red, green, blue, _] = eframe::egui::Rgba::from(colour).to_array();
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    if luminance > LIGHT { Color32::BLACK } else { Color32::WHITE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_goes_from_dark_to_light_and_stays_in_its_ends() {
        assert_eq!(viridis(0.0), Color32::from_rgb(68, 1, 84));
        assert_eq!((viridis(2.0), viridis(1.0)), (Color32::from_rgb(253, 231, 37), Color32::from_rgb(253, 231, 37)));
        assert_eq!(viridis(f64::NAN), viridis(-1.0));
        assert_eq!(viridis(0.0625), Color32::from_rgb(70, 23, 103));
    }

    #[test]
    fn words_can_be_read_on_every_colour() {
        for step in 0..=100 {
            let colour = viridis(f64::from(step) / 100.0);
            let luminance = |colour: Color32| {
                let [red, green, blue, _] = eframe::egui::Rgba::from(colour).to_array();
                0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
            };
            let (below, above) = (luminance(colour), luminance(words_on(colour)));
            assert!(below.max(above) / below.min(above) >= 4.5, "{colour:?}");
        }
    }
}
