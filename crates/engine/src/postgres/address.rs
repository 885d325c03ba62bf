//! Connection strings: the URLs and `name=value` lists that libpq takes.

use percent_encoding::percent_decode_str;

use crate::{Error, Result};

/// What is shown in the place of a secret.
const MASK: &str = "********";

/// The parameters whose values may be shown. Whatever is not on this list may be a secret.
const PUBLIC: [&str; 25] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "sslsni",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
    "client_encoding",
];

/// The parameters of a connection string. A later one replaces an earlier one of the same name.
#[derive(Clone)]
pub(super) struct Address {
    parameters: Vec<(String, String)>,
    /// Kept as bytes: it need not be text.
    password: Option<Vec<u8>>,
}

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut address = Self { parameters: Vec::new(), password: None };
        match Url::split(text) {
            Some(url) => address.read_url(&url)?,
            None => {
                for pair in Pairs(text) {
                    let (name, value) = pair?;
                    address.set(name, value);
                }
            }
        }
        Ok(address)
    }

    fn read_url(&mut self, url: &Url<'_>) -> Result<()> {
        if let Some(user) = url.user {
            self.set("user", decode("user", user)?);
        }
        self.password = url.password.map(|password| percent_decode_str(password).collect());
        if !url.hosts.is_empty() {
            let (hosts, ports) = hosts_and_ports(url.hosts)?;
            self.set("host", hosts);
            self.set("port", ports);
        }
        if let Some(dbname) = url.dbname.filter(|name| !name.is_empty()) {
            self.set("dbname", decode("dbname", dbname)?);
        }
        for (name, value) in url.query() {
            let value = value.ok_or_else(|| invalid("a parameter has no `=`"))?;
            let name = decode("the name of a parameter", name)?;
            if !is_name(&name) {
                return Err(invalid("a parameter has a name that none has"));
            }
            let value = decode(&name, value)?;
            self.set(&name, value);
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: String) {
        if name == "password" {
            self.password = Some(value.into_bytes());
            return;
        }
        self.parameters.retain(|(known, _)| known != name);
        self.parameters.push((name.to_owned(), value));
    }

    /// Takes a parameter out; one that is empty counts as not given.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.parameters.iter().position(|(known, _)| known == name)?;
        Some(self.parameters.remove(at).1).filter(|value| !value.is_empty())
    }

    pub(super) fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// The parameters that are left, as the driver takes them.
    pub(super) fn config(&self) -> Result<tokio_postgres::Config> {
        let pairs: Vec<_> =
            self.parameters.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        let parsed = pairs.join(" ").parse::<tokio_postgres::Config>();
        // The driver's errors name parameters, never their values.
        let mut config = parsed.map_err(|error| match std::error::Error::source(&error) {
            Some(cause) => invalid(&cause.to_string()),
            None => invalid(&error.to_string()),
        })?;
        if let Some(password) = &self.password {
            config.password(password);
        }
        Ok(config)
    }

    /// The same address for the first host that it names, and for each of the others.
    pub(super) fn each_host(mut self) -> Result<(Self, Vec<Self>)> {
        let hosts = list(self.take("host"));
        let addresses = list(self.take("hostaddr"));
        let ports = list(self.take("port"));
        let count = hosts.len().max(addresses.len());
        if count == 0 {
            return Err(invalid("it names no host"));
        }
        if !addresses.is_empty() && !hosts.is_empty() && addresses.len() != hosts.len() {
            return Err(invalid("`host` and `hostaddr` must name equally many"));
        }
        if ports.len() > 1 && ports.len() != count {
            return Err(invalid("`port` must name one, or one for each host"));
        }
        let one = |at: usize| -> Result<Self> {
            let mut one = self.clone();
            let address = addresses.get(at).filter(|address| !address.is_empty());
            // Without a name, the certificate is to be the address's own.
            let host = hosts.get(at).filter(|host| !host.is_empty()).or(address);
            one.set("host", host.ok_or_else(|| invalid("`host` has an empty entry"))?.clone());
            if let Some(address) = address {
                one.set("hostaddr", address.clone());
            }
            if let Some(port) = ports.get(at).or(ports.first()) {
                one.set("port", port.clone());
            }
            Ok(one)
        };
        Ok((one(0)?, (1..count).map(one).collect::<Result<_>>()?))
    }
}

/// A connection string for people: as it was written, without what may be a secret.
///
/// ```
/// let url = "postgres://keep:hunter2@db.example.org/keep?sslpassword=hunter3";
/// assert_eq!(
///     engine::mask_connection_string(url),
///     "postgres://keep:********@db.example.org/keep?sslpassword=********"
/// );
/// ```
pub fn mask_connection_string(text: &str) -> String {
    match Url::split(text) {
        Some(url) => url.masked(),
        None => masked_pairs(text).unwrap_or_else(|_| MASK.into()),
    }
}

fn masked_pairs(text: &str) -> Result<String> {
    let pairs: Result<Vec<String>> = Pairs(text)
        .map(|pair| {
            let (name, value) = pair?;
            Ok(if is_public(name) { format!("{name}={}", quoted(&value)) } else { format!("{name}={MASK}") })
        })
        .collect();
    pairs.map(|pairs| pairs.join(" "))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_public(name: &str) -> bool {
    PUBLIC.iter().any(|public| name.eq_ignore_ascii_case(public))
}

/// The parts of a URL as they are written, percent signs and all.
struct Url<'u> {
    scheme: &'u str,
    user: Option<&'u str>,
    password: Option<&'u str>,
    hosts: &'u str,
    dbname: Option<&'u str>,
    query: Option<&'u str>,
}

impl<'u> Url<'u> {
    fn split(text: &'u str) -> Option<Self> {
        let scheme = ["postgres://", "postgresql://"].into_iter().find(|scheme| text.starts_with(scheme))?;
        let (credentials, rest) = split_credentials(&text[scheme.len()..]);
        let (user, password) = match credentials.map(|text| text.split_once(':').ok_or(text)) {
            Some(Ok((user, password))) => (Some(user), Some(password)),
            Some(Err(user)) => (Some(user), None),
            None => (None, None),
        };
        let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
        let (hosts, dbname) =
            place.split_once('/').map_or((place, None), |(hosts, dbname)| (hosts, Some(dbname)));
        Some(Self { scheme, user, password, hosts, dbname, query })
    }

    fn query(&self) -> impl Iterator<Item = (&'u str, Option<&'u str>)> {
        let pairs = self.query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value))))
    }

    fn masked(&self) -> String {
        let mut out = self.scheme.to_owned();
        if let Some(user) = self.user {
            out.push_str(user);
            if self.password.is_some() {
                out.push(':');
                out.push_str(MASK);
            }
            out.push('@');
        }
        out.push_str(self.hosts);
        if let Some(dbname) = self.dbname {
            out.push('/');
            out.push_str(dbname);
        }
        let shown: Vec<String> = self.query().map(|(name, value)| masked_pair(name, value)).collect();
        if self.query.is_some() {
            out.push('?');
            out.push_str(&shown.join("&"));
        }
        out
    }
}

/// A name without a value is masked too: it may be the rest of a secret that holds an ampersand.
fn masked_pair(name: &str, value: Option<&str>) -> String {
    match value {
        None => MASK.into(),
        Some(value) if is_public(&percent_decode_str(name).decode_utf8_lossy()) => format!("{name}={value}"),
        Some(_) => format!("{name}={MASK}"),
    }
}

/// The credentials and the rest. A password may hold any character that still leaves it clear where it
/// ends: the last `@` before the hosts end, if need be after a `/` or a `?` that nobody escaped.
fn split_credentials(text: &str) -> (Option<&str>, &str) {
    let Some(first) = text.find('@') else { return (None, text) };
    let before = &text[..first];
    if before.contains('/') && before.contains('?') {
        return (None, text);
    }
    let hosts_end = text[first..].find(['/', '?']).map_or(text.len(), |at| first + at);
    let last = text[..hosts_end].rfind('@').unwrap_or(first);
    (Some(&text[..last]), &text[last + 1..])
}

/// `a:1,b,[::1]:2` as `a,b,::1` and `1,,2`.
fn hosts_and_ports(text: &str) -> Result<(String, String)> {
    let mut hosts = Vec::new();
    let mut ports = Vec::new();
    for part in text.split(',') {
        let (host, port) = match part.strip_prefix('[') {
            Some(rest) => {
                let (host, port) =
                    rest.split_once(']').ok_or_else(|| invalid("`host` has an unclosed bracket"))?;
                (host, port.strip_prefix(':').unwrap_or(port))
            }
            None => part.split_once(':').unwrap_or((part, "")),
        };
        hosts.push(decode("host", host)?);
        ports.push(decode("port", port)?);
    }
    let ports = if ports.iter().all(String::is_empty) { String::new() } else { ports.join(",") };
    Ok((hosts.join(","), ports))
}

fn list(text: Option<String>) -> Vec<String> {
    text.map(|text| text.split(',').map(|part| part.trim().to_owned()).collect()).unwrap_or_default()
}

fn decode(name: &str, text: &str) -> Result<String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| invalid(&format!("`{name}` is not UTF-8")))
}

fn invalid(problem: &str) -> Error {
    Error::internal(format!("database_url: {problem}"))
}

fn quoted(value: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && c != '\'' && c != '\\';
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The pairs of a `name=value` list, with quotes and backslashes as libpq reads them.
struct Pairs<'t>(&'t str);

impl<'t> Iterator for Pairs<'t> {
    type Item = Result<(&'t str, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0 = self.0.trim_start();
        if self.0.is_empty() {
            return None;
        }
        let pair = self.pair();
        if pair.is_err() {
            self.0 = "";
        }
        Some(pair)
    }
}

impl<'t> Pairs<'t> {
    fn pair(&mut self) -> Result<(&'t str, String)> {
        let (name, rest) = self
            .0
            .split_once('=')
            .ok_or_else(|| invalid("it is neither a URL nor a list of `name=value`"))?;
        let name = name.trim_end();
        if !is_name(name) {
            return Err(invalid("it is neither a URL nor a list of `name=value`"));
        }
        let rest = rest.trim_start();
        let (quote, rest) = rest.strip_prefix('\'').map_or((false, rest), |rest| (true, rest));
        let mut value = String::new();
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' if quote => {
                    self.0 = &rest[at + 1..];
                    return Ok((name, value));
                }
                '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
                c if !quote && c.is_whitespace() => {
                    self.0 = &rest[at..];
                    return Ok((name, value));
                }
                c => value.push(c),
            }
        }
        self.0 = "";
        if quote { Err(invalid("a quote is not closed")) } else { Ok((name, value)) }
    }
}

#[cfg(test)]
mod tests;
