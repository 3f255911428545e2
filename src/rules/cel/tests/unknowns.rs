//! What is unknown, what is not set, and lists that may have more elements.

use super::world::{table, value};

const MAYBE: &str = "unknown: maybe is not exported";
const LIMIT: &str = "unknown: limit is not exported";

#[test]
fn and_or_not() {
    table(
        &[
            ("s.no && s.maybe", "false"),
            ("s.maybe && s.no", "false"),
            ("s.yes && s.maybe", MAYBE),
            ("s.maybe && s.yes", MAYBE),
            ("s.maybe && s.perhaps", "unknown: maybe is not exported; perhaps is not exported"),
            ("s.maybe && s.maybe", MAYBE),
            ("s.maybe && s.perhaps && s.no", "false"),
            ("s.yes || s.maybe", "true"),
            ("s.maybe || s.yes", "true"),
            ("s.no || s.maybe", MAYBE),
            ("s.maybe || s.no", MAYBE),
            ("s.maybe || s.perhaps", "unknown: maybe is not exported; perhaps is not exported"),
            ("!s.maybe", MAYBE),
            ("!(s.maybe && s.no)", "true"),
        ],
        value,
    );
}

#[test]
fn mistakes_at_run_time_count_as_unknown() {
    table(
        &[
            ("1 / 0 == 1 && false", "false"),
            ("true || s.ports[9] == 1", "true"),
            ("s.ports[9] == 1 || s.no", "unknown: `s.ports` has no element 9"),
            ("refuse() && s.maybe", "unknown: refuse: it always fails; maybe is not exported"),
        ],
        value,
    );
}

#[test]
fn conditional() {
    table(&[("s.maybe ? 1 : 1", MAYBE), ("s.yes ? 1 : s.limit", "1"), ("s.no ? 1 : s.limit", LIMIT)], value);
}

#[test]
fn strict_operators() {
    table(
        &[
            ("s.limit == 1", LIMIT),
            ("1 == s.limit", LIMIT),
            ("s.limit == s.quota", "unknown: limit is not exported; quota is not exported"),
            ("s.limit != 1", LIMIT),
            ("s.limit < 1", LIMIT),
            ("1 >= s.limit", LIMIT),
            ("s.limit + 1", LIMIT),
            ("1 - s.limit", LIMIT),
            ("s.limit * 0", LIMIT),
            ("-s.limit", LIMIT),
            ("[1, s.limit]", LIMIT),
            ("s.limit in s.ports", LIMIT),
            ("s.ports[s.limit]", LIMIT),
            ("total(['a'], s.limit)", LIMIT),
            ("s.lost.name.startsWith('a')", "unknown: lost is not exported"),
        ],
        value,
    );
}

#[test]
fn not_set() {
    table(
        &[
            ("s.timeout", "10"),
            ("s.timeout == 10", "true"),
            ("s.backlog", "unknown: `s.backlog` is not set"),
            ("s.backlog == 0 || s.yes", "true"),
            ("size(s.unset)", "0"),
            ("s.relay.name", "unknown: `s.relay` is not set"),
            ("s.lost.name", "unknown: lost is not exported"),
            ("s.ini.Log", "unknown: `s.ini.Log` is not set"),
            ("s.ini.Size", "unknown: Size is not exported"),
        ],
        value,
    );
}

#[test]
fn has() {
    table(
        &[
            ("has(s.port)", "true"),
            ("has(s.empty)", "true"),
            ("has(s.timeout)", "false"),
            ("has(s.backlog)", "false"),
            ("has(s.limit)", LIMIT),
            ("has(s.relay)", "false"),
            ("has(s.relay.name)", "false"),
            ("has(s.lost.name)", "unknown: lost is not exported"),
            ("has(s.ini.Debug)", "true"),
            ("has(s.ini.Trace)", "false"),
            ("has(s.ini.Log)", "false"),
            ("has(s.ini.Size)", "unknown: Size is not exported"),
            ("has(s.ini['nobody knows'])", "false"),
            ("has(s.ports[1])", "true"),
            ("has(s.ports[3])", "false"),
            ("has(s.seen[3])", "unknown: seen may have more elements"),
            ("has(s.sites[0].name)", "true"),
            ("has(s)", "true"),
        ],
        value,
    );
}

#[test]
fn blank() {
    table(
        &[
            ("blank(s.banner)", "true"),
            ("blank(s.empty)", "true"),
            ("blank(s.name)", "false"),
            ("blank(s.none)", "true"),
            ("blank(s.unset)", "true"),
            ("blank(s.hosts)", "false"),
            ("blank(s.unseen)", "unknown: unseen may have more elements"),
            ("blank(s.seen)", "false"),
            ("blank(s.backlog)", "true"),
            ("blank(s.timeout)", "false"),
            ("blank(s.limit)", LIMIT),
            ("blank(s.relay.name)", "true"),
            ("blank(s.lost.name)", "unknown: lost is not exported"),
            ("blank(s.ini.Trace)", "true"),
            ("s.hosts.exists(h, blank(h))", "false"),
        ],
        value,
    );
}

#[test]
fn open_lists() {
    let more = "unknown: seen may have more elements";
    table(
        &[
            ("'x' in s.seen", "true"),
            ("'z' in s.seen", more),
            ("s.seen.exists(h, h == 'x')", "true"),
            ("s.seen.exists(h, h == 'z')", more),
            ("s.seen.all(h, h == 'x')", "false"),
            ("s.seen.all(h, h != 'z')", more),
            ("s.seen.exists_one(h, h == 'x')", more),
            ("size(s.seen)", more),
            ("s.seen == ['x', 'y']", more),
            ("['x'] != s.seen", more),
            ("s.seen[0]", "x"),
            ("s.seen[2]", more),
            ("s.seen[-1]", "unknown: `s.seen` has no element -1"),
            ("s.seen.filter(h, h != 'x')", "y, ?"),
            ("s.seen.map(h, h + h)", "xx, yy, ?"),
            ("['z'] + s.seen", "z, x, y, ?"),
            // Where `z` stands is not known, only that it is there.
            ("s.seen + ['z']", "x, y, ?"),
            ("(s.seen + ['z'])[2]", more),
            ("(s.seen + ['z']).filter(h, h != 'x')", "y, ?"),
            ("(s.seen + ['z']).map(h, h + h)", "xx, yy, ?"),
            ("'z' in s.seen + ['z']", "true"),
            ("(s.seen + ['z']).exists(h, h == 'z')", "true"),
            ("'z' in (s.seen + ['z']).filter(h, h != 'x')", "true"),
            ("size(s.seen.filter(h, h == 'x'))", more),
            ("s.unseen.exists(h, true)", "unknown: unseen may have more elements"),
            ("total(s.seen, 0)", more),
        ],
        value,
    );
}

#[test]
fn unknown_elements() {
    let hole = "unknown: hole is not exported";
    table(
        &[
            ("'b' in s.holes", "true"),
            ("'z' in s.holes", hole),
            ("s.holes.exists(h, h == 'b')", "true"),
            ("s.holes.exists(h, h == 'z')", hole),
            ("s.holes.all(h, h == 'a')", "false"),
            ("s.holes.all(h, h != 'z')", hole),
            ("s.holes.exists_one(h, h == 'a')", hole),
            ("s.holes.filter(h, h == 'a')", hole),
            ("size(s.holes)", "3"),
            ("s.holes == ['a', 'x', 'b']", hole),
            ("s.holes == ['z', 'x', 'b']", "false"),
            ("s.holes == ['a']", "false"),
            ("s.holes[1] == 'a'", hole),
            ("total(s.holes, 0)", hole),
            ("s.holes.map(h, h)", "a, ?, b"),
            ("s.sites.map(site, site.port).exists(p, p == 25)", "true"),
            ("s.sites.map(site, site.port).all(p, p == 25)", "unknown: south.port is not exported"),
            ("s.sites.map(site, site.port + 1)", "unknown: south.port is not exported"),
        ],
        value,
    );
}

#[test]
fn keys_of_maps() {
    table(
        &[
            // Whether `Size` is a key at all is not known; `Log` is known not to be.
            ("s.ini.exists(key, key == 'Debug')", "true"),
            ("s.ini.exists(key, key == 'Trace')", "unknown: Size is not exported"),
            ("s.ini.all(key, key == 'Debug')", "false"),
            ("size(s.ini)", "unknown: Size is not exported"),
            ("'Size' in s.ini", "unknown: Size is not exported"),
            ("'Debug' in s.ini.map(key, key)", "true"),
            ("s.ini.exists(key, s.ini[key] == 'odd')", "true"),
        ],
        value,
    );
}
