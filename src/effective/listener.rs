//! Whether a listener starts, where it binds (semantics.md 1), and what shows that one is wanted (failures.md 7.1).

use super::fact::{Fact, Object, Provenance, Role};
use super::ini::IniView;
use super::view::DocumentView;

/// Whether an SMTP listener starts with the server: the field "SMTP listener task" decides. That `smtp` in ServerTasks
/// starts one too is known from memory only, so it makes "off" unknown, never "on".
#[must_use]
pub(super) fn listener(view: &DocumentView, ini: &IniView) -> Fact {
    let task = view.get("smtp_listener").unwrap_or_else(|| Fact::unknown("not known", Provenance::default()));
    if task.bool() != Some(false) {
        return task;
    }
    // ServerTasks that are there but open (set twice, added to) may name smtp; those nobody has seen say nothing.
    let named = ini.get("ServerTasks").filter(|fact| match fact.text() {
        Some(text) => text
            .split(',')
            .any(|task| task.split_whitespace().next().is_some_and(|name| name.eq_ignore_ascii_case("smtp"))),
        None => fact.provenance.place().is_some(),
    });
    match named {
        Some(fact) => Fact::unknown(
            "the SMTP listener task is disabled, but ServerTasks in notes.ini names smtp or may do so; whether that starts the listener is not established",
            task.provenance.then(Role::From, fact.provenance.place().cloned(), "ServerTasks names smtp"),
        ),
        None => task,
    }
}

/// Where the listener binds.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    /// The Notes port.
    pub port: Fact,
    /// The address of that port, `any` for all addresses of the machine.
    pub address: Fact,
}

/// The Notes port that SMTP uses: `SMTPNotesPort`, else the first of `Ports`, and the address that
/// `<Port>_TcpIpAddress` gives it.
#[must_use]
pub(super) fn binding(ini: &IniView) -> Binding {
    let ports = ini.get("Ports");
    let chosen = ini.get("SMTPNotesPort");
    let known_ports: Option<Vec<String>> = ports
        .as_ref()
        .and_then(Fact::text)
        .map(|text| text.split(',').map(|port| port.trim().to_owned()).filter(|port| !port.is_empty()).collect());
    let port = match (&chosen, &ports) {
        (Some(fact), _) if !fact.is_unknown() => {
            let name = fact.to_string();
            match &known_ports {
                Some(known)
                    if !name.split(',').all(|name| known.iter().any(|port| port.eq_ignore_ascii_case(name.trim()))) =>
                {
                    Fact::unknown(
                        format!("SMTPNotesPort names `{name}`, which is not among the Ports of notes.ini"),
                        fact.provenance.clone(),
                    )
                }
                _ => Fact::known(name, fact.provenance.clone()),
            }
        }
        (Some(open), _) => open.clone(),
        (None, Some(fact)) => match known_ports.as_ref().and_then(|known| known.first()) {
            Some(first) => {
                let place = fact.provenance.place().cloned();
                Fact::known(first.as_str(), Provenance::step(Role::From, place, "the first port of Ports in notes.ini"))
            }
            None => fact.clone(),
        },
        (None, None) => Fact::unknown("notes.ini names no Ports", Provenance::default()),
    };
    let address = match port.text() {
        Some(names) => addresses(ini, names, &port),
        None => Fact { state: port.state.clone(), provenance: port.provenance.clone() },
    };
    Binding { port, address }
}

/// The addresses of one or more Notes ports, `any` if one of them has none of its own.
fn addresses(ini: &IniView, names: &str, port: &Fact) -> Fact {
    let mut found: Vec<String> = Vec::new();
    let mut provenance = Provenance::default();
    for name in names.split(',').map(str::trim) {
        let parameter = format!("{name}_TcpIpAddress");
        let Some(fact) = ini.get(&parameter) else {
            let place = port.provenance.place().cloned();
            return Fact::known("any", Provenance::step(Role::From, place, format!("notes.ini has no {parameter}")));
        };
        match fact.text().and_then(|text| bound_address(text)) {
            Some(address) => found.push(address),
            None if fact.is_unknown() => return fact,
            None => return Fact::unknown(format!("`{parameter}={fact}` is not understood"), fact.provenance),
        }
        provenance.extend(fact.provenance.steps().iter().cloned());
    }
    Fact::known(found.join(", "), provenance)
}

/// The address in `0,192.0.2.1:1352` or `0,[2001:db8::1]:1352`.
fn bound_address(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(',')?;
    let rest = rest.trim();
    if let Some(inside) = rest.strip_prefix('[') {
        return inside.split_once(']').map(|(address, _)| address.to_owned());
    }
    let address = rest.split(':').next().unwrap_or(rest).trim();
    (!address.is_empty()).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_address_is_read() {
        assert_eq!(bound_address("0,192.0.2.1:1352").as_deref(), Some("192.0.2.1"));
        assert_eq!(bound_address("0,[2001:db8::1]:1352").as_deref(), Some("2001:db8::1"));
        assert_eq!(bound_address("0,:1352"), None);
        assert_eq!(bound_address("1352"), None);
    }
}
