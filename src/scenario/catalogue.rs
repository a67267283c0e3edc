//! Machine types and their prices: `assets/prices.ron`, with the source and the date of each.
//!
//! The file is built from `assets/prices.csv` by the test `the_prices_are_those_of_the_table` (set `BLESS=1` to write it).

use std::sync::{Arc, OnceLock};

use super::{Instance, Price};
use crate::base::{Bytes, Provenance};

/// The provider and family that stand for a general-purpose machine, as which this computer is billed.
const GENERAL: (&str, &str) = ("aws", "c7i.*");

/// A machine type. Unknown figures are `None`, never zero.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Who offers it.
    pub provider: String,
    /// Its name there.
    pub instance: String,
    /// Virtual processors; each counts as one core.
    pub cores: Option<u32>,
    /// Main memory in GiB.
    pub memory_gib: Option<f64>,
    /// Accelerator, and how many, and GiB of each.
    pub gpu: Option<(String, u32, f64)>,
    /// Dollars an hour on demand.
    pub usd_per_hour: Option<f64>,
    /// Dollars an hour of spare capacity that can be taken away.
    pub spot_usd_per_hour: Option<f64>,
    /// Where the prices stand.
    pub source: String,
    /// The day they were read, as the source has it.
    pub as_of: String,
}

/// Why a name finds no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// Nobody offers it.
    Unknown,
    /// Several do; these are their names with the provider, as `aws/c7i.large`.
    Ambiguous(Vec<String>),
}

/// Every entry, in the order of the file.
///
/// # Panics
/// Never: that the built-in file is right is tested.
pub fn all() -> &'static [Entry] {
    static ALL: OnceLock<Vec<Entry>> = OnceLock::new();
    ALL.get_or_init(|| {
        let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        options.from_str(include_str!("../../assets/prices.ron")).expect("the built-in prices are tested")
    })
}

/// The entry with this name: `c7i.large`, or `aws/c7i.large`.
///
/// # Errors
/// When nobody offers it, or several do.
pub fn find(name: &str) -> Result<&'static Entry, NotFound> {
    find_in(all(), name)
}

fn find_in<'e>(entries: &'e [Entry], name: &str) -> Result<&'e Entry, NotFound> {
    // Names may hold slashes themselves, so the whole name goes first.
    let named = |entry: &&Entry| {
        let of_provider = || name.strip_prefix(entry.provider.as_str()).and_then(|rest| rest.strip_prefix('/'));
        entry.instance == name || of_provider() == Some(entry.instance.as_str())
    };
    let found: Vec<&Entry> = entries.iter().filter(named).collect();
    match found.as_slice() {
        [] => Err(NotFound::Unknown),
        [only] => Ok(only),
        several => Err(NotFound::Ambiguous(several.iter().map(|entry| entry.full_name()).collect())),
    }
}

/// The machine of the same provider, family and accelerator with so many cores: for scaling up and down.
pub fn sibling(name: &str, cores: u32) -> Option<&'static Entry> {
    siblings(name).into_iter().find(|entry| entry.cores == Some(cores))
}

/// The sizes of a family that have a price, itself among them, from the smallest.
pub fn siblings(name: &str) -> Vec<&'static Entry> {
    let Ok(of) = find(name) else { return Vec::new() };
    // The window asks at every frame.
    let gpu = |entry: &'static Entry| entry.gpu.as_ref().map(|(name, ..)| name);
    let (own_family, own_gpu) = (of.family(), gpu(of));
    let same =
        |entry: &&'static Entry| entry.provider == of.provider && gpu(entry) == own_gpu && entry.family() == own_family;
    let mut family: Vec<&Entry> =
        all().iter().filter(same).filter(|entry| entry.cores.is_some() && entry.usd_per_hour.is_some()).collect();
    family.sort_by_key(|entry| entry.cores);
    family
}

/// The general-purpose machine whose number of cores is nearest, the larger of two as near.
///
/// # Panics
/// Never: that the family is in the built-in file is tested.
pub fn nearest_general(cores: u32) -> &'static Entry {
    let (provider, family) = GENERAL;
    let general = all().iter().filter(|entry| entry.provider == provider && entry.family() == family);
    let priced = general.filter(|entry| entry.usd_per_hour.is_some());
    let distance = |entry: &&Entry| {
        let has = entry.cores.unwrap_or(u32::MAX);
        (has.abs_diff(cores), u32::MAX - has)
    };
    priced.min_by_key(distance).expect("the general-purpose family is tested to be there")
}

impl Entry {
    /// `aws/c7i.large`
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.provider, self.instance)
    }

    /// The name without what tells its size: `c7i.*`, `e2-standard-*`, `Standard_D*s_v5`.
    pub fn family(&self) -> String {
        let name = &self.instance;
        match self.provider.as_str() {
            "aws" => name.split_once('.').map_or_else(|| name.clone(), |(family, _)| format!("{family}.*")),
            "gcp" => name.rsplit_once('-').map_or_else(|| name.clone(), |(family, _)| format!("{family}-*")),
            // The first number of these names is the size, later ones are generations.
            "azure" | "hetzner" | "lambda" => without_number(name),
            // `cpu-d3_4vcpu-16gb`: everything after the platform is the size.
            "nebius" => name.split_once('_').map_or_else(|| name.clone(), |(family, _)| format!("{family}_*")),
            _ => name.clone(),
        }
    }

    /// Dollars an hour, on demand or of spare capacity.
    pub fn price(&self, is_spot: bool) -> Option<f64> {
        if is_spot { self.spot_usd_per_hour } else { self.usd_per_hour }
    }

    /// As a machine of a pool; `None` where cores or price are unknown.
    pub fn as_instance(&self, is_spot: bool) -> Option<Instance> {
        Some(Instance {
            name: Arc::from(self.instance.as_str()),
            cores: self.cores?,
            // Nothing is known of how fast it is beside the machine that was measured.
            speed: 1.0,
            memory: self.memory_gib.map(|gib| Bytes((gib * f64::from(1 << 30)) as u64)),
            price: Price {
                usd_per_hour: Some(self.price(is_spot)?),
                is_spot,
                source: Arc::from(self.source.as_str()),
                as_of: Arc::from(self.as_of.as_str()),
                // Read from a list of prices before this run, not guessed.
                provenance: Provenance::Calibrated,
            },
        })
    }
}

/// The name with its first number as a star.
fn without_number(name: &str) -> String {
    let Some(start) = name.find(|next: char| next.is_ascii_digit()) else { return name.to_owned() };
    let len = name[start..].bytes().take_while(u8::is_ascii_digit).count();
    format!("{}*{}", &name[..start], &name[start + len..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line of the table; quotes keep commas.
    fn cells(line: &str) -> Vec<String> {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for next in line.chars() {
            match next {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                other => cells.last_mut().unwrap().push(other),
            }
        }
        cells
    }

    fn table() -> Vec<Entry> {
        let csv = include_str!("../../assets/prices.csv");
        let number = |cell: &str| (!cell.is_empty()).then(|| cell.parse::<f64>().unwrap());
        let entry = |line: &str| {
            let cells = cells(line);
            assert_eq!(cells.len(), 11, "{line}");
            let gpu = (!cells[4].is_empty())
                .then(|| (cells[4].clone(), cells[5].parse().unwrap(), number(&cells[6]).unwrap_or(0.0)));
            Entry {
                provider: cells[0].clone(),
                instance: cells[1].clone(),
                cores: number(&cells[2]).map(|cores| cores as u32),
                memory_gib: number(&cells[3]),
                gpu,
                usd_per_hour: number(&cells[7]),
                spot_usd_per_hour: number(&cells[8]),
                source: cells[9].clone(),
                as_of: cells[10].clone(),
            }
        };
        csv.lines().skip(1).map(entry).collect()
    }

    fn as_ron(entries: &[Entry]) -> String {
        let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let lines = entries.iter().map(|entry| format!("    {},\n", options.to_string(entry).unwrap()));
        let head = "// Machine types and their prices, with where and when each was read. None is unknown, never zero.\n\
                    // Built from prices.csv: BLESS=1 cargo test the_prices_are_those_of_the_table\n";
        format!("{head}[\n{}]\n", lines.collect::<String>())
    }

    #[test]
    fn the_prices_are_those_of_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/prices.ron");
        let built = as_ron(&table());
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, &built).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), built, "BLESS=1 writes it");
        assert_eq!(all(), table());
    }

    #[test]
    fn no_price_is_zero_and_every_one_has_a_source_and_a_date() {
        for entry in all() {
            for price in [entry.usd_per_hour, entry.spot_usd_per_hour].into_iter().flatten() {
                assert!(price > 0.0, "{entry:?}");
            }
            assert!(!entry.source.is_empty() && !entry.as_of.is_empty(), "{entry:?}");
        }
    }

    #[test]
    fn names_are_found_with_and_without_their_provider() {
        assert_eq!(find("c7i.large").unwrap().usd_per_hour, Some(0.08925));
        assert_eq!(find("aws/c7i.large"), find("c7i.large"));
        assert_eq!(find("c7i.huge"), Err(NotFound::Unknown));
        let mut twice = [all()[0].clone(), all()[0].clone()];
        twice[1].provider = "other".to_owned();
        let name = twice[0].instance.clone();
        let full = vec![format!("aws/{name}"), format!("other/{name}")];
        assert_eq!(find_in(&twice, &name), Err(NotFound::Ambiguous(full)));
        assert_eq!(find_in(&twice, &format!("other/{name}")).unwrap().provider, "other");
    }

    #[test]
    fn families_hold_sizes_of_one_kind() {
        let sizes = |name| siblings(name).iter().filter_map(|entry| entry.cores).collect::<Vec<_>>();
        assert_eq!(sizes("c7i.large"), [2, 4, 8, 16, 32, 64, 192]);
        assert_eq!(sizes("e2-standard-4"), [4, 16]);
        assert_eq!(sizes("Standard_D4s_v5"), [4, 8, 16]);
        assert_eq!(sizes("cx23"), [2, 4, 8, 16]);
        assert_eq!(sizes("cpu-d3_4vcpu-16gb"), [4, 16, 64]);
        assert!(sizes("nothing").is_empty());
        assert_eq!(sibling("c7i.large", 16).map(|entry| entry.instance.as_str()), Some("c7i.4xlarge"));
        assert_eq!(sibling("c7i.large", 3), None);
    }

    #[test]
    fn this_computer_is_billed_as_the_nearest_size() {
        for (cores, name) in [
            (0, "c7i.large"),
            (1, "c7i.large"),
            (2, "c7i.large"),
            (3, "c7i.xlarge"),
            (6, "c7i.2xlarge"),
            (999, "c7i.48xlarge"),
        ] {
            assert_eq!(nearest_general(cores).instance, name, "{cores}");
        }
    }
}
