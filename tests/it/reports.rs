//! Reports of a run: they say what the summary says, and markup in a scenario is no markup of theirs.

use std::sync::Arc;

use scalelab::engine::{self, handle::Finished};
use scalelab::experiment::replications::{self, Ask};
use scalelab::interop::report::{Curves, Form, Report};
use scalelab::scenario::{Host, load};

const TEXT: &str = r#"// Is a < b & "c"?
(
  version: 1, title: "Is a < b & \"c\"? `*|", seed: 9, duration: "20s", mode: Simulate,
  pools: { "p": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.5))]) },
  jobs: { "j": (stages: [(name: "s", pool: "p", work: Service("10ms"))]) },
  traffic: [(job: "j", arrivals: Open(load: [(over: "0s", to: 50)]))],
  objectives: [(name: "quick", expr: "latency.p99 < 1ms"), (name: "cheap", expr: "cost.per_hour < 1.0"),
               (name: "hint", expr: "latency.mean < 1ms", severity: Warn)],
)"#;

fn finished() -> Finished {
    let scenario = load(TEXT, "a test", &Host { cores: 1, cpu: "test".to_owned() }).expect("a scenario");
    engine::simulate(Arc::new(scenario)).expect("it is simulated")
}

fn written(finished: &Finished, form: Form) -> String {
    let curves = Curves::of_series(&finished.snapshot.series);
    Report { summary: &finished.summary, curves: &curves, findings: &[], scenario: TEXT, host: "test, 1 core" }
        .written(form)
}

#[test]
fn a_page_has_everything_inside_and_no_markup_of_the_scenario() {
    let finished = finished();
    let page = written(&finished, Form::Html);
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    assert!(!page.contains("http://www.w3.org/1999/xlink") && !page.contains("src=") && !page.contains("<script"));
    assert!(page.contains("Is a &lt; b &amp; &quot;c&quot;?") && !page.contains("a < b"), "markup is written as text");
    assert_eq!(page.matches("<svg").count(), 4, "traffic, latency, utilisation and cost");
    for word in ["seed 9", "test, 1 core", "quick", "cheap", "missed (a warning)", "Little&#39;s law"] {
        assert!(page.contains(word), "the page does not say {word:?}");
    }
    assert_eq!(page.matches("<table>").count(), page.matches("</table>").count());
}

#[test]
fn objectives_and_laws_are_tests_of_a_build_server() {
    let finished = finished();
    let suite = written(&finished, Form::JUnit);
    assert!(
        suite.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"6\" failures=\"1\""),
        "{suite}"
    );
    assert_eq!(suite.matches("<testcase ").count(), 6);
    assert_eq!(suite.matches("<failure ").count(), 1, "a warning is no failure: {suite}");
    assert!(suite.contains("name=\"cheap\""), "{suite}");
    assert!(suite.contains(&format!("name=\"hash\" value=\"{}\"", finished.summary.hash)));
}

#[test]
fn markdown_says_the_same_figures() {
    let finished = finished();
    let text = written(&finished, Form::Markdown);
    assert!(text.starts_with("# Is a \\< b & \"c\"? \\`\\*\\|\n"), "{text}");
    assert!(text.contains("| jobs arrived | ") && text.contains("```ron\n// Is a < b"), "{text}");
    let arrived = finished.summary.totals.jobs.arrived.to_string();
    assert!(text.contains(&format!("| jobs arrived | {arrived} |")) || arrived.len() > 3, "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("| quick ")).count(), 1);
}

#[test]
fn a_report_of_replications_says_their_means_and_how_sure_they_are() {
    let scenario = load(TEXT, "a test", &Host { cores: 1, cpu: "test".to_owned() }).expect("a scenario");
    let ask = Ask { count: 4, until: None, cap: 4 };
    let summary = replications::run(&scenario, &ask).expect("simulated").summary(&scenario).expect("there are some");
    assert_eq!(summary.seed, 9, "the seed of the experiment");
    let curves = Curves::none();
    let report = Report { summary: &summary, curves: &curves, findings: &[], scenario: TEXT, host: "test, 1 core" };
    let page = report.written(Form::Html);
    assert!(page.contains("4 replications of") && page.contains("seed 9") && !page.contains("<svg"), "{page}");
    let text = report.written(Form::Markdown);
    let p99 = text.lines().find(|line| line.starts_with("| latency, p99 |")).expect("a row");
    assert!(p99.contains(" ± "), "{p99}");
    assert_eq!(
        text.lines().filter(|line| line.starts_with("| latency, p99 |")).count(),
        1,
        "nothing of one replication alone"
    );
    let quick = text.lines().find(|line| line.starts_with("| quick ")).expect("a row");
    assert!(quick.contains(" ± ") && quick.ends_with("| missed |"), "{quick}");
    assert!(text.contains("(in the first replication)"), "{text}");
}
