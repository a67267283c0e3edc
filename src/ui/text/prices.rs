//! Where prices stand, in one short line; everything else is said under the pointer.

use std::collections::BTreeMap;

use crate::scenario::{Group, Pool, catalogue};

/// How a source of this computer's price begins, before the name of the instance it is billed as.
const BILLED_AS: &str = "this computer, billed as ";
/// Longest source of a scenario's own that is shown.
const SOURCE_CHARS: usize = 40;

/// The prices of a scenario: `this computer as c7i.large: AWS us-east-1 on-demand, 2026-07-20`.
pub(crate) fn price_line(pools: &[Pool]) -> String {
    let mut by_source: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for group in pools.iter().flat_map(|pool| &pool.groups) {
        let (name, billed_as, source) = named(group);
        let names = by_source.entry(source).or_default();
        // An instance as which this computer is billed is named by that already.
        let known = names.iter().any(|known| *known == name || known.ends_with(&format!(" as {name}")));
        if !known {
            names.retain(|known| Some(known) != billed_as.as_ref());
            names.push(name);
        }
    }
    let lines: Vec<_> = by_source.iter().map(|(source, names)| format!("{}: {source}", names.join(", "))).collect();
    if lines.is_empty() { "no prices".to_owned() } else { lines.join("; ") }
}

/// Every source in full, one a line.
pub(crate) fn price_details(sources: &[String]) -> String {
    if sources.is_empty() { "no prices".to_owned() } else { format!("Prices\n{}", sources.join("\n")) }
}

/// What a group is called, as what it is billed if that is something else, and where its price stands, with the date.
fn named(group: &Group) -> (String, Option<String>, String) {
    let instance = &group.instance;
    let billed_as = instance.price.source.strip_prefix(BILLED_AS).and_then(|rest| rest.split_once(": "));
    let (name, priced, source) = match billed_as {
        Some((priced, source)) => (format!("this computer as {priced}"), priced, source),
        None => (instance.name.to_string(), &*instance.name, &*instance.price.source),
    };
    let place = match catalogue::find(priced) {
        Ok(entry) => {
            let region = source.split_once('(').and_then(|(_, rest)| rest.split([',', ')']).next());
            let region = region.filter(|region| region.contains("on-demand")).map(|region| format!(" {region}"));
            format!("{}{}", provider_name(&entry.provider), region.unwrap_or_default())
        }
        Err(_) if source.chars().count() > SOURCE_CHARS => source.chars().take(SOURCE_CHARS - 1).chain(['…']).collect(),
        Err(_) => source.to_owned(),
    };
    let date = if instance.price.as_of.is_empty() { String::new() } else { format!(", {}", instance.price.as_of) };
    (name, billed_as.map(|(priced, _)| priced.to_owned()), place + &date)
}

/// A provider as it writes itself.
fn provider_name(provider: &str) -> &str {
    match provider {
        "aws" => "AWS",
        "azure" => "Azure",
        "coreweave" => "CoreWeave",
        "gcp" => "Google Cloud",
        "hetzner" => "Hetzner",
        "lambda" => "Lambda",
        "nebius" => "Nebius",
        "runpod" => "RunPod",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Host, bundled, load};

    fn line(instance: &str) -> String {
        let host = Host { cores: 2, cpu: "a processor".to_owned() };
        let text = bundled::find("dask-mean").unwrap().text.replace("\"c7i.large\"", instance);
        price_line(&load(&text, "a test", &host).unwrap().pools)
    }

    #[test]
    fn prices_are_one_short_line() {
        let here = "this computer as c7i.large: AWS us-east-1 on-demand, 2026-07-20";
        assert_eq!(line("\"c7i.large\""), here);
        assert_eq!(
            line("\"c7i.xlarge\""),
            "this computer as c7i.large, c7i.xlarge: AWS us-east-1 on-demand, 2026-07-20"
        );
        let two = line("\"e2-standard-4\"");
        assert!(two.contains("e2-standard-4: Google Cloud us-central1 on-demand"), "{two}");
        assert!(two.contains(here) && two.chars().count() < 140, "{two}");
    }
}
