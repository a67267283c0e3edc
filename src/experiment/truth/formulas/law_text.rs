//! Laws as the tables write them: `erlang-4`, `lognormal mean 1`, `99 % exponential 0.5, 1 % exponential 50`.

use super::Refusal;
use super::input::Input;
use crate::analysis::queueing::Law;

/// The law that a text and the entries beside it describe; `mean` counts where neither says one.
pub(in crate::experiment::truth) fn law(text: &str, input: &Input, mean: f64) -> Result<Law, Refusal> {
    let lower = text.to_lowercase();
    let name = lower.trim();
    if name.contains('%') {
        return mixture(name);
    }
    let numbers = numbers(name);
    let own_mean = numbers.first().copied().unwrap_or(mean);
    let is = |prefix: &str| name.starts_with(prefix);
    let law = if is("deterministic") || is("constant") {
        Law::constant(own_mean)
    } else if is("hyperexponential") || is("hyper-exponential") || is("h2") {
        hyperexponential(name, input, mean)?
    } else if is("exponential") {
        Law::exponential(own_mean)
    } else if is("uniform") {
        match numbers.as_slice() {
            [low, high, ..] => Law::uniform(*low, *high),
            _ if input.has("low") => Law::uniform(input.number("low")?, input.number("high")?),
            _ => Law::uniform(0.0, 2.0 * mean),
        }
    } else if is("erlang") {
        // `erlang-4`, or the stages beside it.
        let written = name.strip_prefix("erlang-").map(self::numbers).and_then(|numbers| numbers.first().copied());
        let stages = written.map_or_else(|| input.count("stages"), |stages| Ok(stages as u32))?;
        Law::erlang(stages, mean)
    } else if is("gamma") {
        let shape = if input.has("shape") { input.number("shape")? } else { 1.0 / input.number("scv")? };
        Law::gamma(shape, input.number_or("mean", mean)?)
    } else if is("lognormal") || is("log-normal") {
        if input.has("sigma") {
            Law::lognormal(input.number("mu")?, input.number("sigma")?)
        } else {
            Law::lognormal_of(after(name, "mean").unwrap_or(mean), scv(name, input)?)
        }
    } else if is("weibull") {
        let shape = input.number("shape")?;
        let scale = if input.has("scale") { input.number("scale")? } else { mean / libm::tgamma(1.0 + 1.0 / shape) };
        Law::weibull(shape, scale)
    } else if is("bounded pareto") || is("bounded-pareto") {
        Law::bounded_pareto(input.number("alpha")?, input.number("lower")?, input.number("upper")?)
    } else {
        return Err(Refusal::Law { text: text.to_owned() });
    };
    Ok(law?)
}

/// The same, stretched to this mean if it has another.
pub(in crate::experiment::truth) fn law_with_mean(text: &str, input: &Input, mean: f64) -> Result<Law, Refusal> {
    let law = law(text, input, mean)?;
    if (law.mean() / mean - 1.0).abs() < 1e-9 { Ok(law) } else { Ok(law.scaled(mean / law.mean())?) }
}

fn hyperexponential(name: &str, input: &Input, mean: f64) -> Result<Result<Law, crate::analysis::Unsolvable>, Refusal> {
    if input.has("p1") {
        let p = input.number("p1")?;
        return Ok(Law::hyperexponential(&[(p, input.number("rate1")?), (1.0 - p, input.number("rate2")?)]));
    }
    Ok(Law::balanced_hyperexponential(mean, scv(name, input)?))
}

/// `99 % exponential 0.5, 1 % exponential 50`: shares and means.
fn mixture(text: &str) -> Result<Law, Refusal> {
    let refusal = || Refusal::Law { text: text.to_owned() };
    let phases = text.split(',').map(|part| {
        let (share, law) = part.split_once('%')?;
        let is_exponential = law.trim().starts_with("exponential");
        let mean = *numbers(law).first()?;
        is_exponential.then_some((share.trim().parse::<f64>().ok()? / 100.0, 1.0 / mean))
    });
    let phases: Vec<(f64, f64)> = phases.collect::<Option<_>>().ok_or_else(refusal)?;
    Ok(Law::hyperexponential(&phases)?)
}

fn scv(name: &str, input: &Input) -> Result<f64, Refusal> {
    if input.has("scv") { input.number("scv") } else { after(name, "scv").map_or_else(|| input.number("scv"), Ok) }
}

/// The first number after a word.
fn after(text: &str, word: &str) -> Option<f64> {
    numbers(text.split_once(word)?.1).first().copied()
}

/// The numbers in a text, in order; a number begins with a digit that follows neither a letter nor a hyphen.
fn numbers(text: &str) -> Vec<f64> {
    let mut found = Vec::new();
    let mut previous = ' ';
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if next.is_ascii_digit() && !previous.is_alphanumeric() && previous != '-' {
            found.extend(rest[..length].trim_end_matches('.').parse::<f64>().ok());
        }
        let skip = if next.is_ascii_digit() { length } else { next.len_utf8() };
        previous = next;
        rest = &rest[skip..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn input(value: &Value) -> Input {
        Input::new(value.as_object().expect("an object").clone())
    }

    fn check(text: &str, beside: &Value, mean: f64, scv: f64) {
        let law = law(text, &input(beside), 1.0).unwrap_or_else(|err| panic!("{text}: {err}"));
        let close = |got: f64, expected: f64| (got - expected).abs() < 1e-9 * expected.max(1.0);
        assert!(close(law.mean(), mean) && close(law.scv(), scv), "{text}: {law:?}");
    }

    #[test]
    fn laws_in_the_words_of_the_tables() {
        let none = json!({});
        check("deterministic", &none, 1.0, 0.0);
        check("deterministic 2", &none, 2.0, 0.0);
        check("exponential 1, independent copies", &none, 1.0, 1.0);
        check("exponential mean 3", &none, 3.0, 1.0);
        check("uniform(0,2)", &none, 1.0, 1.0 / 3.0);
        check("uniform(0.5, 1.5)", &none, 1.0, 1.0 / 12.0);
        check("erlang-4", &none, 1.0, 0.25);
        check("erlang", &json!({"stages": 2}), 1.0, 0.5);
        check("lognormal mean 1", &json!({"scv": 4}), 1.0, 4.0);
        check("lognormal scv 2", &none, 1.0, 2.0);
        check("hyperexponential-2 scv 4, balanced means", &none, 1.0, 4.0);
        check("hyperexponential-2", &json!({"p1": 0.5, "rate1": 1.0, "rate2": 1.0}), 1.0, 1.0);
        check("gamma", &json!({"scv": 4}), 1.0, 4.0);
        check("weibull", &json!({"shape": 1.0}), 1.0, 1.0);
        check("99 % exponential 0.5, 1 % exponential 50", &none, 0.995, (2.0 * (0.99 * 0.25 + 25.0)) / 0.990_025 - 1.0);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in ["zeta", "", "50 % uniform 1, 50 % exponential 2", "99 % exponential", "erlang-x"] {
            assert!(law(text, &Input::default(), 1.0).is_err(), "{text}");
        }
        let stretched = law_with_mean("uniform(0,2)", &Input::default(), 2.0).expect("a law");
        assert!((stretched.mean() - 2.0).abs() < 1e-12);
    }
}
