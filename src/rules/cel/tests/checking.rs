//! What the checker says. Each row: the condition; the part that is underlined, the message, the help.

use super::world::{compiled, mistakes, table};

fn only(text: &str) -> String {
    mistakes(text).join(" | ")
}

#[test]
fn names() {
    table(
        &[
            ("t.port == 1", "t: unknown name `t`"),
            ("server == 1", "server: unknown name `server`"),
            ("s.prot == 1", "prot: `s` (record server) has no field `prot` (did you mean `port`?)"),
            ("s.hostnames == 1", "hostnames: `s` (record server) has no field `hostnames` (did you mean `hosts`?)"),
            ("s.zzz", "zzz: `s` (record server) has no field `zzz`"),
            ("s.sites[0].nam", "nam: `s.sites[0]` (record site) has no field `nam` (did you mean `name`?)"),
            ("s.sites.exists(x, x.nmae == 'x')", "nmae: `x` (record site) has no field `nmae` (did you mean `name`?)"),
            ("s.port.x", "x: a number has no fields"),
            (
                "s.hosts.name == 'x'",
                "name: a list of text has no fields (`s.hosts.exists(v, …)` looks at each element)",
            ),
            ("isLocal && true", "isLocal: unknown name `isLocal` (`isLocal` is a function: write `isLocal(…)`)"),
            ("s['port']", "'port': a record server has no elements or keys (write `s.port`)"),
            ("s.name[0]", "0: text has no elements or keys"),
        ],
        only,
    );
}

#[test]
fn documented_keys() {
    table(
        &[
            (
                "s.ini.Debgu == '1'",
                "Debgu: `s.ini` has no documented key `Debgu` (did you mean `Debug`? a key that is not documented is \
                 written `s.ini['Debgu']`)",
            ),
            ("s.ini['Debgu'] == '1'", ""),
            ("s.ini.Trace == '1'", ""),
            ("s.ini[1] == ''", "1: the key of a map needs text, but this is a number"),
        ],
        only,
    );
}

#[test]
fn operands() {
    table(
        &[
            ("s.port && true", "s.port: `&&` needs true or false, but this is a number"),
            (
                "true || s.hosts",
                "s.hosts: `||` needs true or false, but this is a list of text (`size(…) > 0` tells whether a list has \
                 elements)",
            ),
            (
                "!s.name",
                "s.name: `!` needs true or false, but this is text (`!blank(…)` tells whether a text is set and not \
                 empty)",
            ),
            ("-'a'", "'a': `-` needs a number, but this is text"),
            ("s.name * 2", "s.name: `*` needs a number, but this is text"),
            ("1 + 'a'", "1 + 'a': `+` cannot join a number and text"),
            ("true + true", "true + true: `+` cannot join true or false and true or false"),
            ("[1] + ['a']", "[1] + ['a']: `+` cannot join a list of numbers and a list of text"),
            ("[1, 'a']", "'a': a list cannot hold text beside a number"),
            (
                "true ? 1 : 'a'",
                "true ? 1 : 'a': both branches of `? :` must have the same type, but one is a number and the other text",
            ),
            ("1 ? 2 : 3", "1: the condition of `? :` needs true or false, but this is a number"),
            ("s.ports['a']", "'a': the index of a list needs a number, but this is text"),
        ],
        only,
    );
}

#[test]
fn comparisons() {
    table(
        &[
            ("s.port == '25'", "s.port == '25': a number cannot be compared with text"),
            (
                "s.hosts == 1",
                "s.hosts == 1: a list of text cannot be compared with a number (`size(…)` is the number of elements)",
            ),
            ("s.hosts != 'x'", "s.hosts != 'x': a list of text cannot be compared with text (write `'x' in s.hosts`)"),
            ("s == s.sites[0]", "s == s.sites[0]: a record server cannot be compared with a record site"),
            ("1 < 'a'", "1 < 'a': a number and text have no order; two numbers or two texts do"),
            (
                "true < false",
                "true < false: true or false and true or false have no order; two numbers or two texts do",
            ),
            (
                "s.hosts > 3",
                "s.hosts > 3: a list of text and a number have no order; two numbers or two texts do (`size(…)` is the \
                 number of elements)",
            ),
            ("1 in s.hosts", "1 in s.hosts: a list of text cannot hold a number"),
            (
                "'a' in s.name",
                "s.name: `in` needs a list or a map on its right, but this is text (`contains` looks for a text in a \
                 text)",
            ),
            ("1 in s.ini", "1 in s.ini: a map of text cannot hold a number"),
        ],
        only,
    );
}

#[test]
fn members_of_enumerated_fields() {
    let values = "the values are `off`, `optional`, `required`";
    let rows = [
        ("s.mode == 'optional'", String::new()),
        (
            "s.mode == 'requierd'",
            format!("'requierd': \"requierd\" is not a value of `s.mode` (did you mean `required`? {values})"),
        ),
        ("'of' != s.mode", format!("'of': \"of\" is not a value of `s.mode` (did you mean `off`? {values})")),
        ("s.mode in ['off', 'never']", format!("'never': \"never\" is not a value of `s.mode` ({values})")),
        ("'never' in s.modes", format!("'never': \"never\" is not a value of `s.modes` ({values})")),
        ("s.modes.exists(m, m == 'never')", format!("'never': \"never\" is not a value of `s.modes` ({values})")),
        (
            "s.modes.filter(m, m != 'off')[0] == 'never'",
            format!("'never': \"never\" is not a value of `s.modes` ({values})"),
        ),
        ("s.name == 'never'", String::new()),
    ];
    let rows: Vec<(&str, &str)> = rows.iter().map(|(text, wanted)| (*text, wanted.as_str())).collect();
    table(&rows, only);
}

#[test]
fn calls() {
    table(
        &[
            ("isLocl('x')", "isLocl: unknown function `isLocl` (did you mean `isLocal`?)"),
            ("frobnicate(1)", "frobnicate: unknown function `frobnicate`"),
            ("isLocal()", "isLocal(): `isLocal` takes 1 argument, but here it has 0 (it is `isLocal(host: text)`)"),
            (
                "total(s.hosts)",
                "total(s.hosts): `total` takes 2 arguments, but here it has 1 (it is `total(texts: list of text, start: \
                 number)`)",
            ),
            (
                "isLocal(s.hosts)",
                "s.hosts: `host` of `isLocal` needs text, but this is a list of text (`exists(…)` looks at each element \
                 of a list)",
            ),
            ("total(['a'], 'b')", "'b': `start` of `total` needs a number, but this is text"),
            (
                "s.name.isLocal()",
                "isLocal: unknown method `isLocal` (`isLocal` stands before its value: `isLocal(s.name)`)",
            ),
            ("s.name.startswith('a')", "startswith: unknown method `startswith` (did you mean `startsWith`?)"),
            (
                "startsWith(s.name, 'a')",
                "startsWith: unknown function `startsWith` (`startsWith` stands after its value: `….startsWith(…)`)",
            ),
            ("s.name.startsWith()", "s.name.startsWith(): `startsWith` takes one argument, but here it has 0"),
            ("s.name.endsWith(1)", "1: `endsWith` needs text, but this is a number"),
            ("s.port.contains('1')", "s.port: `contains` needs text, but this is a number"),
            ("size(1)", "1: `size` needs text, a list or a map, but this is a number"),
            ("size()", "size(): `size` takes one argument, but here it has 0"),
            ("s.name.size(1)", "s.name.size(1): `size` takes no argument, but here it has 1"),
            ("has(1)", "1: `has` needs a field, such as `has(server.hostname)`"),
            ("has(s.port, s.name)", "has(s.port, s.name): `has` takes one argument, but here it has 2"),
            ("blank('')", "'': `blank` needs a field, such as `blank(server.hostname)`"),
            ("has(s.prot)", "prot: `s` (record server) has no field `prot` (did you mean `port`?)"),
            ("s.name.matches('a(b')", "'a(b': not a valid regular expression: unclosed group"),
        ],
        only,
    );
}

#[test]
fn macros() {
    table(
        &[
            ("s.port.exists(p, true)", "s.port: `exists` needs a list or a map, but this is a number"),
            (
                "s.hosts.exists(h)",
                "s.hosts.exists(h): `exists` takes a variable and an expression (it is `list.exists(v, …)`)",
            ),
            ("s.hosts.exists(s.name, true)", "s.name: `exists` needs a plain name for its variable"),
            (
                "s.hosts.all(h, h)",
                "h: `all` needs true or false, but this is text (`!blank(…)` tells whether a text is set and not empty)",
            ),
            (
                "s.hosts.all(s, true)",
                "s: `s` is already the name of something else (choose another name for the variable)",
            ),
            (
                "s.sites.all(x, x.hosts.all(x, true))",
                "x: `x` is already the name of something else (choose another name for the variable)",
            ),
            ("s.hosts.exists(h, h == 1)", "h == 1: text cannot be compared with a number"),
            ("s.hosts.exists(h, true) && h == ''", "h: unknown name `h`"),
            ("s.hosts.exist(h, true)", "exist: unknown method `exist` (did you mean `exists`?)"),
            (
                "s.hosts.map(h, true, h)",
                "s.hosts.map(h, true, h): `map` with a condition is not part of the subset (write `filter(v, \
                 …).map(v, …)`)",
            ),
        ],
        only,
    );
}

#[test]
fn every_mistake_is_told_in_order_of_place() {
    assert_eq!(
        mistakes("s.prot == 1 && s.name == 2 || isLocl(s.hsts)"),
        [
            "prot: `s` (record server) has no field `prot` (did you mean `port`?)",
            "s.name == 2: text cannot be compared with a number",
            "isLocl: unknown function `isLocl` (did you mean `isLocal`?)",
            "hsts: `s` (record server) has no field `hsts` (did you mean `hosts`?)",
        ]
    );
}

#[test]
fn types_of_results() {
    let shown = |text: &str| compiled(text).map(|expression| expression.result_type().to_string()).unwrap_or_default();
    table(
        &[
            ("1 == 1", "true or false"),
            ("size(s.hosts)", "number"),
            ("s.name + 'x'", "text"),
            ("s.hosts", "list of text"),
            ("s.ports.map(p, [p])", "list of lists of numbers"),
            ("s.sites", "list of site records"),
            ("s.sites[0]", "record site"),
            ("s.ini", "map of text"),
            ("s.ini.filter(key, true)", "list of text"),
            ("[]", "empty list"),
            ("[[], [1]]", "list of lists of numbers"),
            ("s.yes ? [] : s.ports", "list of numbers"),
            // What an empty list holds fits everywhere.
            ("[].exists(x, x in s.ini && x > 1 && x.name && x.contains(x[0]) && 1 in x)", "true or false"),
            ("labels('a')", "list of text"),
        ],
        shown,
    );
}
