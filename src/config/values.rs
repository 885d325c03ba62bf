//! Settings that are more than a text or a number.

use std::net::SocketAddr;

use ipnet::IpNet;
use outbound::Target;
use serde::{Deserialize, Deserializer};

pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let full =
        if text.starts_with(':') { format!("0.0.0.0{text}") } else { text.replace("localhost", "127.0.0.1") };
    full.parse().map_err(|_| {
        serde::de::Error::custom(format!("`{text}` is not an address and port like 127.0.0.1:4100"))
    })
}

/// A list, or one text with commas, as environment and flags give it. A bare address stands for itself.
pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let network = |text: &String| {
        let parsed =
            text.parse::<IpNet>().ok().or_else(|| Some(text.parse::<std::net::IpAddr>().ok()?.into()));
        parsed.ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a network like 10.0.0.0/8")))
    };
    texts(deserializer)?.iter().map(network).collect()
}

pub(super) fn targets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Target>, D::Error> {
    texts(deserializer)?.iter().map(|text| text.parse().map_err(serde::de::Error::custom)).collect()
}

fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "this is neither a list of texts nor one text with commas")]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    let texts: Vec<String> = match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(text) => text.split(',').map(|part| part.trim().to_owned()).collect(),
        OneOrMany::Many(texts) => texts,
    };
    Ok(texts.into_iter().filter(|text| !text.is_empty()).collect())
}
