//! Readings made by hand, and what is made of them.

use super::*;

/// Both clocks at so many milliseconds.
fn at(millis: f64) -> Reading {
    Reading { wall: millis * 1e-3, cpu: millis * 1e-3 }
}

/// A frame that begins then: 1 ms of logic, 2 of drawing, 0.5 to end the pass, 0.25 to tessellate; timing this takes 0.2 and 0.5.
fn frame(measure: &mut Measure, from: f64, found: Found) {
    measure.begin(at(from), None);
    measure.ticked(at(from + 1.0), Some(0.010), found);
    measure.resumed(at(from + 1.2));
    measure.shown(at(from + 3.2), false);
    measure.ended(at(from + 3.7), 0.25e-3, at(from + 4.2));
}

fn moving() -> Found {
    Found { changed: true, ..Found::default() }
}

fn near(measured: f64, expected: f64) -> bool {
    (measured - expected).abs() < 1e-3 * expected.abs().max(1.0)
}

#[test]
fn a_frame_is_the_sum_of_its_parts_without_the_renderer() {
    let mut measure = Measure::new(at(0.0), Some(0.02), 0.0);
    (0..100).for_each(|ix| frame(&mut measure, 100.0 + 40.0 * f64::from(ix), moving()));
    let report = measure.report();
    let [outside, logic, ui, end, tessellation, whole] = [
        report.frames.outside_renderer_ms,
        report.frames.logic_ms,
        report.frames.ui_ms,
        report.frames.end_of_pass_ms,
        report.frames.tessellation_ms,
        report.frames.with_renderer_wall_ms,
    ]
    .map(|millis| millis.expect("there were frames").p99);
    assert!(near(outside, 3.75) && near(logic, 1.0) && near(ui, 2.0), "{outside} {logic} {ui}");
    assert!(near(end, 0.5) && near(tessellation, 0.25), "{end} {tessellation}");
    assert!(near(whole, 9.5), "{whole}: what timing took is not the window's");
    assert_eq!((report.frames.drawn, report.frames.set_aside), (100, 0));
    assert!(near(report.frames.per_sec.unwrap(), 25.0));
}

#[test]
fn a_pass_that_is_thrown_away_counts_and_timing_it_does_not() {
    let mut measure = Measure::new(at(0.0), None, 0.0);
    measure.begin(at(100.0), None);
    measure.ticked(at(101.0), None, moving());
    measure.resumed(at(101.5));
    measure.shown(at(103.0), false);
    measure.ended(at(103.5), 0.25e-3, at(105.5));
    measure.ticked(at(106.5), None, moving());
    measure.resumed(at(107.0));
    measure.shown(at(108.5), false);
    measure.ended(at(109.0), 0.25e-3, at(109.5));
    let outside = measure.report().frames.outside_renderer_ms.unwrap().max;
    assert!(near(outside, 9.0 - 2.0 - 0.5 - 0.5 + 0.25), "{outside}");
}

#[test]
fn the_first_seconds_are_set_aside() {
    let mut measure = Measure::new(at(0.0), None, 2.0);
    (0..100).for_each(|ix| frame(&mut measure, 500.0 + 50.0 * f64::from(ix), moving()));
    let report = measure.report();
    assert_eq!((report.frames.drawn, report.frames.set_aside), (60, 40));
}

#[test]
fn the_start_is_told_apart_from_the_driver() {
    let mut measure = Measure::new(at(0.0), Some(0.02), 0.0);
    measure.hand_over(at(30.0));
    measure.created(at(430.0), at(450.0));
    frame(&mut measure, 460.0, moving());
    frame(&mut measure, 500.0, moving());
    let start = measure.report().start.expect("there was a frame");
    assert!(near(start.read_secs, 0.03) && near(start.driver_secs, 0.4) && near(start.make_secs, 0.02), "{start:?}");
    assert!(near(start.frame_secs, 3.95e-3) && near(start.wait_secs, 0.01), "{start:?}");
    assert!(near(start.without_driver_secs, 0.02 + 0.03 + 0.02 + 3.95e-3), "{start:?}");
    assert!(near(start.total_secs, 0.02 + 0.46 + 9.5e-3), "{start:?}");
}

#[test]
fn frames_without_news_are_needless_once_the_window_has_settled() {
    let mut measure = Measure::new(at(0.0), None, 0.0);
    frame(&mut measure, 100.0, moving());
    frame(&mut measure, 200.0, moving());
    let still = |cause: &str| Found { causes: vec![cause.to_owned()], ..Found::default() };
    frame(&mut measure, 1_000.0, still("within a second"));
    frame(&mut measure, 2_000.0, still("a.rs:1"));
    frame(&mut measure, 3_000.0, still("a.rs:1"));
    frame(&mut measure, 5_000.0, moving());
    frame(&mut measure, 7_000.0, moving());
    let idle = measure.report().idle;
    assert!(near(idle.secs, 3.8 + 1.0), "{}", idle.secs);
    assert_eq!((idle.frames, idle.causes), (2, vec!["a.rs:1".to_owned()]));
}

#[test]
fn from_a_knob_to_its_mark_is_until_that_frame_is_painted() {
    let mut measure = Measure::new(at(0.0), None, 0.0);
    let marked = |at| Found { newest_mark: at, ..moving() };
    frame(&mut measure, 100.0, marked(Some(1.0)));
    measure.begin(at(200.0), None);
    measure.ticked(at(201.0), Some(0.010), marked(Some(1.0)));
    measure.resumed(at(201.0));
    measure.shown(at(203.0), true);
    measure.ended(at(203.5), 0.25e-3, at(204.0));
    frame(&mut measure, 240.0, marked(Some(1.0)));
    frame(&mut measure, 280.0, marked(Some(2.0)));
    frame(&mut measure, 320.0, marked(Some(2.0)));
    frame(&mut measure, 360.0, marked(Some(3.0)));
    let knob = measure.report().knob_to_mark_ms.expect("one was turned");
    assert!(near(knob.p50, 280.0 + 9.5 - 200.0) && knob.max == knob.p50 || near(knob.max, knob.p50), "{knob:?}");
}

#[test]
fn readings_of_memory_are_thinned_out_and_tell_growth_from_start() {
    let mut memory = Memory::default();
    for second in 0..3_600_u64 {
        let now = second as f64;
        if memory.is_due(now) {
            // It grows for ten minutes, and then by a byte a second.
            let bytes = second.min(600) * 1_000 + second;
            memory.note(now, now, (bytes, 700_000));
        }
    }
    let report = memory.report().expect("it was read");
    assert!(report.readings.len() <= 240 && report.readings.len() > 100, "{}", report.readings.len());
    assert!((report.settled.secs - 600.0).abs() <= 32.0, "{:?}", report.settled);
    assert!((2_900..=3_100).contains(&report.growth_bytes), "{}", report.growth_bytes);
    assert_eq!(report.peak_bytes, 700_000);
}
