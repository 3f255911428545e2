//! Which facts decided: `port` is the field `s.port`; `hosts@hosts 1` an element of the list `s.hosts`.

use super::world::{outcome, reads, table};

#[test]
fn paths() {
    table(
        &[
            ("s.port", "port"),
            ("s.port == 25", "port"),
            ("s.port == s.port", "port"),
            ("s.port < s.ports[1]", "port, ports@ports 465"),
            ("n + 1", "n"),
            ("s.timeout == 10", "timeout"),
            ("s.ini.Debug == '1'", "ini.Debug@ini 1"),
            ("s.ini['odd key'] == ''", "ini['odd key']@ini 2"),
            ("s.ini['Deb' + 'ug'] == '1'", "ini@ini 1"),
            ("s.sites[0].name == 'x'", "sites.name@north.name"),
            ("size(s.hosts) > 2", "hosts"),
            ("s.hosts == ['a']", "hosts"),
            ("1 + 1 == 2", ""),
        ],
        reads,
    );
}

#[test]
fn and_or() {
    table(
        &[
            ("s.yes && s.port == 25", "yes, port"),
            ("s.yes && s.no && s.port == 25", "no"),
            ("s.port == 25 && s.no", "no"),
            ("s.no && s.port == 1", "no"),
            ("s.maybe && s.no", "no"),
            ("s.maybe && s.yes", "maybe"),
            ("s.yes && s.maybe && s.port == 25 && s.perhaps", "maybe, perhaps"),
            ("s.no || s.port == 1", "no, port"),
            ("s.no || s.yes", "yes"),
            ("s.yes || s.port == 25", "yes"),
            ("s.maybe || s.yes", "yes"),
            ("s.maybe || s.no", "maybe"),
            ("s.yes && (s.no || s.port == 25)", "yes, port"),
            ("!(s.yes && s.no)", "no"),
        ],
        reads,
    );
}

#[test]
fn strict_and_conditional() {
    table(
        &[
            ("s.yes ? s.port : s.timeout", "yes, port"),
            ("s.no ? s.port : s.timeout", "no, timeout"),
            ("s.maybe ? s.port : s.timeout", "maybe"),
            ("s.port == s.limit", "limit"),
            ("s.limit == s.port", "limit"),
            ("s.limit == s.quota", "limit, quota"),
            ("s.port / 0 == 1", "port"),
            ("[s.port, s.timeout] == [25, 10]", "port, timeout"),
            ("[s.port, s.limit, s.timeout] == [25]", "limit"),
            ("isLocal(s.name)", "name"),
            ("total(s.hosts, s.port) > 1", "hosts, port"),
            ("total(s.hosts, s.limit) > 1", "limit"),
            ("'com' in labels(s.name)", "name"),
            ("labels(s.name).all(l, l != s.mode)", "name, mode"),
        ],
        reads,
    );
}

#[test]
fn presence() {
    table(
        &[
            ("has(s.port)", "port"),
            ("has(s.backlog)", "backlog"),
            ("has(s.relay.name)", "relay"),
            ("has(s.lost.name)", "lost"),
            ("has(s.ini.Trace)", "ini.Trace@ini"),
            ("has(s.ini.Log)", "ini.Log@no Log"),
            ("blank(s.empty)", "empty"),
            ("blank(s.none)", "none"),
            ("blank(s.ports[7])", "ports"),
            ("s.relay.name == 'x'", "relay"),
            ("s.lost.name == 'x'", "lost"),
            ("s.ports[7] == 1", "ports"),
            ("s.seen[7] == 'x'", "seen"),
        ],
        reads,
    );
}

#[test]
fn exists_and_all() {
    table(
        &[
            // The element that was found, or the one that contradicts.
            ("s.hosts.exists(h, h.endsWith('.local'))", "hosts@hosts 1"),
            ("s.hosts.all(h, h != '*.local')", "hosts@hosts 1"),
            // Otherwise every element took part.
            ("s.hosts.exists(h, h == 'x')", "hosts@hosts 0, hosts@hosts 1, hosts@hosts 2"),
            ("s.hosts.all(h, h != 'x')", "hosts@hosts 0, hosts@hosts 1, hosts@hosts 2"),
            ("s.ports.exists_one(p, p == 25)", "ports@ports 25, ports@ports 465, ports@ports 587"),
            // No element, or none that was looked at: the list itself.
            ("s.none.exists(h, h == 'x')", "none"),
            ("s.none.all(h, h == 'x')", "none"),
            ("s.unset.all(h, h == 'x')", "unset"),
            ("s.hosts.exists(h, true)", "hosts"),
            // Predicates over parts, and over things outside the list.
            ("s.sites.exists(site, site.name == 'south')", "sites.name@south.name"),
            ("s.sites.exists(site, 's1' in site.hosts)", "sites.hosts@south.hosts 0"),
            ("s.sites.exists(site, site.hosts.exists(h, h == 'n2'))", "sites.hosts@north.hosts 1"),
            ("s.hosts.exists(h, h == 'b.example' && s.port == 25)", "hosts@hosts 2, port"),
            // Unknown: what would have to be known.
            ("s.holes.exists(h, h == 'z')", "holes@hole"),
            ("s.seen.exists(h, h == 'z')", "seen"),
            ("s.seen.exists(h, h == 'y')", "seen@seen 1"),
            ("s.sites.all(site, site.port == 25)", "sites.port@south.port"),
            ("s.lost.hosts.exists(h, true)", "lost"),
            ("s.ini.exists(key, key == 'Debug')", "ini@ini 1"),
        ],
        reads,
    );
}

#[test]
fn membership() {
    table(
        &[
            ("25 in s.ports", "ports@ports 25"),
            ("s.port in s.ports", "port, ports@ports 25"),
            ("s.timeout in s.ports", "timeout, ports"),
            ("s.port in [25, 26]", "port"),
            ("s.port in [s.timeout, s.port]", "port"),
            ("s.port in [s.timeout, 1]", "port, timeout"),
            ("'z' in s.holes", "holes@hole"),
            ("'z' in s.seen", "seen"),
            ("s.limit in s.ports", "limit"),
            ("s.name in s.seen", "seen"),
            ("'Debug' in s.ini", "ini@ini 1"),
            ("'Trace' in s.ini", "ini"),
        ],
        reads,
    );
}

#[test]
fn elements_keep_their_history() {
    table(
        &[
            ("s.hosts.filter(h, h != 'a.example')[0] == '*.local'", "hosts@hosts 0, hosts@hosts 1, hosts@hosts 2"),
            ("size(s.hosts.filter(h, h == 'x')) == 0", "hosts@hosts 0, hosts@hosts 1, hosts@hosts 2"),
            ("size(s.none.filter(h, h == 'x')) == 0", "none"),
            // What made the element pass the filter belongs to the decision; what others failed by does not.
            ("s.hosts.filter(h, h != 'a.example').exists(h, h == 'b.example')", "hosts@hosts 2"),
            (
                "s.sites.filter(site, site.name == 'south').exists(site, 's1' in site.hosts)",
                "sites.name@south.name, sites.hosts@south.hosts 0",
            ),
            ("s.sites.map(site, site.name).exists(name, name == 'south')", "sites.name@south.name"),
            ("s.sites.map(site, site.name + '!').exists(name, name == 'south!')", "sites.name@south.name"),
            ("'south' in s.sites.map(site, site.name)", "sites.name@south.name"),
            ("s.sites.map(site, site.name) == []", "sites.name@north.name, sites.name@south.name"),
            ("size(s.sites.map(site, site.port)) == 2", "sites.port@north.port, sites.port@south.port"),
            ("(s.hosts + s.seen).exists(h, h == 'x')", "seen@seen 0"),
            ("'b.example' in s.hosts + s.seen", "hosts@hosts 2"),
            ("(s.none + s.modes).all(m, m != 'optional')", "none, modes@modes 0, modes@modes 1"),
            ("size(s.hosts + s.none)", "hosts, none"),
            ("[s.port, s.timeout].exists(p, p == 10)", "timeout"),
            ("[s.port, s.timeout].all(p, p > 1)", "port, timeout"),
        ],
        reads,
    );
}

#[test]
fn computed_elements_name_their_sources() {
    let list = outcome("s.ports.map(p, p + s.port)", 1_000).value;
    let Ok(crate::effective::Datum::List(list)) = list else { panic!("not a list") };
    let first = list.items.first().map(|fact| fact.provenance.steps().to_vec()).unwrap_or_default();
    let texts: Vec<&str> = first.iter().map(|step| &*step.text).collect();
    assert_eq!(texts, ["ports 25", "port"]);
}
