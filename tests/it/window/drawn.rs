//! What each view looks like, pixel by pixel, in both themes: triangles are filled here, in plain arithmetic, so that no graphics
//! processor and no driver has a say. `BLESS=1` makes the pictures anew (`tests/data/views`); then look at them.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::epaint::{Mesh, Primitive, Vertex};
use eframe::egui::{
    ColorImage, Context, FullOutput, ImageData, Pos2, RawInput, Rect, TextureFilter, TextureId, ThemePreference, pos2,
    vec2,
};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{Rgb, RgbImage};
use scalelab::metrics::snapshot::Snapshot;
use scalelab::ui::{App, Parts, Session, ThemeChoice, Tokens, Waker, views};

use super::pictures;
use crate::fixture;

/// Width and height of a picture.
const SIZE: (u32, u32) = (960, 540);
/// Frames until everything stands where it stays: what appears slowly has appeared.
const FRAMES: u32 = 40;
const FRAMES_PER_SEC: f64 = 30.0;
/// By how much a part of a colour may differ, and in how many pixels of all, before a picture is another.
const FUZZ: u8 = 12;
const OTHERS_MAX: usize = 60;

/// A screen of its own.
struct Screen {
    textures: BTreeMap<TextureId, (ColorImage, TextureFilter)>,
    pixels: Vec<[f32; 3]>,
}

impl Screen {
    fn new() -> Self {
        Self { textures: BTreeMap::new(), pixels: Vec::new() }
    }

    /// Takes textures that came with a frame.
    fn take_textures(&mut self, output: &mut FullOutput) {
        for (id, deltas) in &output.textures_delta.set {
            for delta in deltas {
                let ImageData::Color(image) = &delta.image;
                match (delta.pos, self.textures.get_mut(id)) {
                    (Some([left, top]), Some((whole, _))) => {
                        for (row, pixels) in image.pixels.chunks(image.size[0]).enumerate() {
                            let start = (top + row) * whole.size[0] + left;
                            whole.pixels[start..start + pixels.len()].copy_from_slice(pixels);
                        }
                    }
                    _ => _ = self.textures.insert(*id, ((**image).clone(), delta.options.magnification)),
                }
            }
        }
        output.textures_delta.clear();
    }

    /// Fills the triangles of a frame.
    fn draw(&mut self, ctx: &Context, output: FullOutput) {
        self.pixels = vec![[0.0; 3]; (SIZE.0 * SIZE.1) as usize];
        for primitive in ctx.tessellate(output.shapes, output.pixels_per_point) {
            if let Primitive::Mesh(mesh) = &primitive.primitive {
                self.fill(mesh, primitive.clip_rect);
            }
        }
    }

    fn fill(&mut self, mesh: &Mesh, clip: Rect) {
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(SIZE.0 as f32, SIZE.1 as f32));
        let clip = Rect::from_min_max(clip.min.round(), clip.max.round()).intersect(screen);
        let Some((texture, filter)) = self.textures.get(&mesh.texture_id) else { return };
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |ix: usize| mesh.vertices[corners[ix] as usize];
            let (a, mut b, mut c) = (corner(0), corner(1), corner(2));
            let twice_area = side(a.pos, b.pos, c.pos);
            if twice_area == 0.0 {
                continue;
            }
            if twice_area < 0.0 {
                std::mem::swap(&mut b, &mut c);
            }
            let around = Rect::from_points(&[a.pos, b.pos, c.pos]).intersect(clip);
            for y in around.top().floor() as i32..around.bottom().ceil() as i32 {
                for x in around.left().floor() as i32..around.right().ceil() as i32 {
                    let at = pos2(x as f32 + 0.5, y as f32 + 0.5);
                    if clip.contains(at)
                        && let Some(shares) = shares(at, [a.pos, b.pos, c.pos])
                    {
                        let colour = shaded(shares, [a, b, c], texture, *filter);
                        blend(&mut self.pixels[y as usize * SIZE.0 as usize + x as usize], colour);
                    }
                }
            }
        }
    }

    fn picture(&self) -> RgbImage {
        RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            Rgb(self.pixels[(y * SIZE.0 + x) as usize].map(|part| part.round().clamp(0.0, 255.0) as u8))
        })
    }
}

/// Twice the area to the right of the line from one point to another.
fn side(from: Pos2, to: Pos2, at: Pos2) -> f32 {
    (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x)
}

/// How near a point within a triangle is to each corner. A point on an edge is of the triangle below or to the right of it alone.
fn shares(at: Pos2, [a, b, c]: [Pos2; 3]) -> Option<[f32; 3]> {
    let owns = |from: Pos2, to: Pos2, value: f32| {
        value > 0.0 || (value == 0.0 && ((from.y == to.y && to.x > from.x) || to.y < from.y))
    };
    let values = [(b, c), (c, a), (a, b)].map(|(from, to)| (side(from, to, at), from, to));
    let whole: f32 = values.iter().map(|(value, ..)| value).sum();
    let is_inside = values.iter().all(|(value, from, to)| owns(*from, *to, *value));
    (is_inside && whole > 0.0).then(|| values.map(|(value, ..)| value / whole))
}

/// The colour of a point, its alpha multiplied in.
fn shaded(shares: [f32; 3], corners: [Vertex; 3], texture: &ColorImage, filter: TextureFilter) -> [f32; 4] {
    let mixed =
        |of: fn(&Vertex) -> f32| shares.iter().zip(&corners).map(|(share, corner)| share * of(corner)).sum::<f32>();
    let texel = sampled(texture, filter, mixed(|corner| corner.uv.x), mixed(|corner| corner.uv.y));
    let own = [
        mixed(|corner| f32::from(corner.color.r())),
        mixed(|corner| f32::from(corner.color.g())),
        mixed(|corner| f32::from(corner.color.b())),
        mixed(|corner| f32::from(corner.color.a())),
    ];
    std::array::from_fn(|part| own[part] * texel[part] / 255.0)
}

/// A texture at a place, 0 to 1 each way: its nearest point, or the mean of the four around.
fn sampled(texture: &ColorImage, filter: TextureFilter, u: f32, v: f32) -> [f32; 4] {
    let [width, height] = texture.size;
    let texel = |x: i64, y: i64| {
        let (x, y) = (x.clamp(0, width as i64 - 1) as usize, y.clamp(0, height as i64 - 1) as usize);
        texture.pixels[y * width + x].to_array().map(f32::from)
    };
    let (x, y) = (u * width as f32, v * height as f32);
    if filter == TextureFilter::Nearest {
        return texel(x.floor() as i64, y.floor() as i64);
    }
    let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
    let (right_share, below_share) = (x - 0.5 - left, y - 0.5 - top);
    let (left, top) = (left as i64, top as i64);
    let [one, two, three, four] =
        [texel(left, top), texel(left + 1, top), texel(left, top + 1), texel(left + 1, top + 1)];
    std::array::from_fn(|part| {
        let above = one[part] + (two[part] - one[part]) * right_share;
        let below = three[part] + (four[part] - three[part]) * right_share;
        above + (below - above) * below_share
    })
}

fn blend(pixel: &mut [f32; 3], colour: [f32; 4]) {
    let left = 1.0 - colour[3] / 255.0;
    pixel.iter_mut().zip(colour).for_each(|(under, over)| *under = over + *under * left);
}

/// What a view draws in a theme when everything stands still.
fn drawn(view: &str, theme: ThemePreference, snapshot: Snapshot) -> RgbImage {
    let ctx = Context::default();
    let tokens = Tokens::built_in().expect("assets/theme.ron");
    let parts = Parts {
        session: Session::fixed(snapshot, fixture::TEXT),
        waker: Waker::new(&ctx),
        host: fixture::host(),
        autosave: None,
        window_file: None,
        theme: if theme == ThemePreference::Dark { ThemeChoice::Dark } else { ThemeChoice::Light },
        tokens,
        quit_after: None,
    };
    let mut app = App::new(&ctx, parts);
    // A store that is not there, by a name that is the same everywhere.
    app.look_at_runs(PathBuf::from("no-runs-here.sqlite"));
    app.show_only(view);
    let mut screen = Screen::new();
    for frame in 0..FRAMES {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(SIZE.0 as f32, SIZE.1 as f32))),
            time: Some(f64::from(frame) / FRAMES_PER_SEC),
            ..RawInput::default()
        };
        let mut output = ctx.run_ui(input, |ui| {
            app.tick(&ui.ctx().clone());
            app.show(ui);
        });
        screen.take_textures(&mut output);
        if frame + 1 == FRAMES {
            screen.draw(&ctx, output);
        } else {
            // What is read beside the window needs a core.
            #[expect(clippy::disallowed_methods, reason = "a thread works beside the window")]
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    screen.picture()
}

/// The picture in which a view has the most to show.
fn scene(view: &str) -> Snapshot {
    match view {
        "autoscaler" => pictures::scaled(),
        "cache" => pictures::caching(),
        "compare" => {
            let mut snapshot = pictures::simulated(fixture::overloaded());
            // How old a profile is said to be depends on the day.
            Arc::make_mut(&mut snapshot.scenario).profile = None;
            snapshot
        }
        _ => fixture::overloaded(),
    }
}

/// Writes a picture as small as it goes.
fn keep(picture: &RgbImage, path: &Path) {
    let file = BufWriter::new(fs::File::create(path).expect("a file"));
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
    picture.write_with_encoder(encoder).expect("written");
}

/// Pixels that are not alike.
fn others(one: &RgbImage, other: &RgbImage) -> usize {
    if one.dimensions() != other.dimensions() {
        return usize::MAX;
    }
    let differs = |(a, b): (&Rgb<u8>, &Rgb<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > FUZZ);
    one.pixels().zip(other.pixels()).filter(|pair| differs(*pair)).count()
}

#[test]
fn every_view_looks_as_it_did_in_both_themes() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/views");
    let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("views");
    fs::create_dir_all(&made).expect("a folder");
    let is_blessed = std::env::var_os("BLESS").is_some();
    let mut stale = Vec::new();
    for view in views() {
        for (theme, name) in [(ThemePreference::Dark, "dark"), (ThemePreference::Light, "light")] {
            let (file, picture) = (format!("{view}-{name}.png"), drawn(view, theme, scene(view)));
            if is_blessed {
                keep(&picture, &kept.join(&file));
                continue;
            }
            let before = image::open(kept.join(&file)).map(|image| image.to_rgb8()).unwrap_or_default();
            let count = others(&before, &picture);
            if count > OTHERS_MAX {
                keep(&picture, &made.join(&file));
                stale.push(format!("{file}: {count} pixels"));
            }
        }
    }
    assert!(
        stale.is_empty(),
        "these views look otherwise; what is drawn now is in {}, and BLESS=1 keeps it: {stale:#?}",
        made.display()
    );
}

#[test]
fn a_picture_that_changes_is_noticed() {
    let calm = drawn("latency", ThemePreference::Dark, fixture::calm());
    assert!(others(&calm, &drawn("latency", ThemePreference::Dark, fixture::overloaded())) > OTHERS_MAX);
    assert!(others(&calm, &drawn("latency", ThemePreference::Light, fixture::calm())) > OTHERS_MAX);
    assert_eq!(others(&calm, &drawn("latency", ThemePreference::Dark, fixture::calm())), 0, "the same twice");
}
