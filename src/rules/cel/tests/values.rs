//! Values of expressions in which everything is known: plain CEL.

use super::world::{table, value};

#[test]
fn literals() {
    table(
        &[
            ("true", "true"),
            ("false", "false"),
            ("0", "0"),
            ("007", "7"),
            ("0x1F", "31"),
            ("-0xff", "-255"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            (r#""double""#, "double"),
            ("'single'", "single"),
            (r#"'it is "quoted"'"#, r#"it is "quoted""#),
            (r"r'raw \d \'", r"raw \d \"),
            ("R\"raw\"", "raw"),
            ("'''two\nlines with ' and '' inside'''", "two\nlines with ' and '' inside"),
            ("\"\"\"triple\"\"\"", "triple"),
            ("r'''raw \\n triple'''", "raw \\n triple"),
            ("''", ""),
            ("['a', 'b']", "a, b"),
            ("[1, 2,]", "1, 2"),
            ("[]", ""),
            ("true // a comment to the end of the line", "true"),
            ("// first a comment\n 1 +\r\n\t2", "3"),
        ],
        value,
    );
}

#[test]
fn escapes() {
    table(
        &[
            (r#"'\\ \" \' \` \?'"#, "\\ \" ' ` ?"),
            (r"'\n\r\t\a\b\f\v'", "\n\r\t\u{7}\u{8}\u{c}\u{b}"),
            (r"'\x41\X41\xff'", "AAÿ"),
            (r"'\u00e4\U0001F600'", "ä😀"),
            (r"'\101\377\000'", "Aÿ\0"),
        ],
        value,
    );
}

#[test]
fn precedence() {
    table(
        &[
            ("1 + 2 * 3", "7"),
            ("(1 + 2) * 3", "9"),
            ("10 - 3 - 2", "5"),
            ("24 / 4 / 2", "3"),
            ("2 * 7 % 4", "2"),
            ("-2 * 3", "-6"),
            ("- - 2", "2"),
            ("-n + 1", "-6"),
            ("2-1", "1"),
            ("1 + 1 == 2 && 2 < 3", "true"),
            ("true || false && false", "true"),
            ("(true || false) && false", "false"),
            ("!true || true", "true"),
            ("!!true", "true"),
            ("!(true || true)", "false"),
            ("1 < 2 == true", "true"),
            ("false ? 1 : true ? 2 : 3", "2"),
            ("true || false ? 1 : 2", "1"),
            ("1 in [1] && 2 in [1]", "false"),
            ("'a' + 'b' in ['ab']", "true"),
            ("!s.no && s.yes", "true"),
            ("-s.ports[0]", "-25"),
        ],
        value,
    );
}

#[test]
fn arithmetic() {
    table(
        &[
            ("7 / 2", "3"),
            ("-7 / 2", "-3"),
            ("7 / -2", "-3"),
            ("7 % 3", "1"),
            ("-7 % 3", "-1"),
            ("7 % -3", "1"),
            ("1 / 0", "unknown: division by zero"),
            ("1 % 0", "unknown: division by zero"),
            ("9223372036854775807 + 1", "unknown: the result of `+` does not fit into 64 bits"),
            ("-9223372036854775808 - 1", "unknown: the result of `-` does not fit into 64 bits"),
            ("5000000000 * 5000000000", "unknown: the result of `*` does not fit into 64 bits"),
            ("-9223372036854775808 / -1", "unknown: the result of `/` does not fit into 64 bits"),
            ("-9223372036854775808 % -1", "unknown: the result of `%` does not fit into 64 bits"),
            ("-(-9223372036854775808)", "unknown: the result of `-` does not fit into 64 bits"),
        ],
        value,
    );
}

#[test]
fn comparison() {
    table(
        &[
            ("1 == 1", "true"),
            ("1 != 1", "false"),
            ("'a' == 'A'", "false"),
            ("true == false", "false"),
            ("1 < 2", "true"),
            ("2 <= 2", "true"),
            ("3 > 3", "false"),
            ("3 >= 3", "true"),
            ("'Z' < 'a'", "true"),
            ("'\\uffff' < '\\U00010000'", "true"),
            ("[1, 2] == [1, 2]", "true"),
            ("[1, 2] == [2, 1]", "false"),
            ("[1] == [1, 1]", "false"),
            ("[] == s.none", "true"),
            ("[[1], []] == [[1], []]", "true"),
            ("s == s", "true"),
            ("s.sites[0] == s.sites[1]", "false"),
            ("s.sites[0] in s.sites", "true"),
        ],
        value,
    );
}

#[test]
fn texts() {
    table(
        &[
            ("'a' + 'b'", "ab"),
            ("size('grüße😀')", "6"),
            ("s.name.size()", "15"),
            ("s.name.startsWith('mx1.')", "true"),
            ("s.name.endsWith('.org')", "false"),
            ("s.name.contains('example')", "true"),
            ("s.name.matches('ex.mple')", "true"),
            ("s.name.matches('^example')", "false"),
            (r"'a1'.matches(r'^\w\d$')", "true"),
            ("s.name.matches('^' + 'mx')", "true"),
            ("s.name.matches('(' + s.empty)", "unknown: not a valid regular expression: unclosed group"),
        ],
        value,
    );
}

#[test]
fn lists_and_maps() {
    table(
        &[
            ("size(s.hosts)", "3"),
            ("s.none.size()", "0"),
            ("s.ports[1]", "465"),
            ("s.ports[3]", "unknown: `s.ports` has no element 3"),
            ("s.ports[-1]", "unknown: `s.ports` has no element -1"),
            ("[1, 2][0]", "1"),
            ("[1, 2][2]", "unknown: the value has no element 2"),
            ("[1] + [2, 3]", "1, 2, 3"),
            ("s.hosts + ['x'] + []", "a.example, *.local, b.example, x"),
            ("25 in s.ports", "true"),
            ("26 in s.ports", "false"),
            ("1 in []", "false"),
            ("s.ini.Debug", "1"),
            ("s.ini['Debug']", "1"),
            ("s.ini['odd key']", "odd"),
            ("s.ini['Deb' + 'ug']", "1"),
            ("s.ini.Trace", "unknown: `s.ini` has no key `Trace`"),
            ("s.ini['x' + 'y']", "unknown: `s.ini` has no key `xy`"),
            ("'Debug' in s.ini", "true"),
            ("'other' in s.ini", "false"),
            ("'Log' in s.ini", "false"),
        ],
        value,
    );
}

#[test]
fn macros() {
    table(
        &[
            ("s.ports.all(p, p > 20)", "true"),
            ("s.ports.all(p, p > 25)", "false"),
            ("s.ports.exists(p, p == 587)", "true"),
            ("s.ports.exists(p, p == 1)", "false"),
            ("s.ports.exists_one(p, p > 500)", "true"),
            ("s.ports.exists_one(p, p > 100)", "false"),
            ("s.none.all(h, false)", "true"),
            ("s.none.exists(h, true)", "false"),
            ("s.none.exists_one(h, true)", "false"),
            ("s.ports.filter(p, p > 100)", "465, 587"),
            ("s.ports.map(p, p + 1)", "26, 466, 588"),
            ("s.ports.filter(p, p > 100).map(p, p * 2)", "930, 1174"),
            ("s.sites.map(site, site.name)", "north, south"),
            ("s.sites.filter(site, site.name == 'south')[0].hosts", "s1"),
            ("s.sites.exists(site, site.hosts.exists(h, h == 's1' && site.name == 'south'))", "true"),
            ("s.sites.map(site, site.hosts.map(h, site.name + h))", "northn1, northn2, souths1"),
            ("[1, 2].all(a, [1, 2].exists(b, a == b))", "true"),
            ("['Debug', 'odd key'].all(k, k in s.ini)", "true"),
        ],
        value,
    );
}

#[test]
fn functions() {
    table(
        &[
            ("isLocal('host.local')", "true"),
            ("isLocal(s.name)", "false"),
            ("labels(s.name)", "mx1, example, com"),
            ("labels(s.name)[1]", "example"),
            ("'com' in labels(s.name)", "true"),
            ("labels(s.name).exists(l, l == 'org')", "false"),
            ("total(s.hosts, 10)", "13"),
            ("total([], 0)", "0"),
            ("refuse()", "unknown: refuse: it always fails"),
        ],
        value,
    );
}
