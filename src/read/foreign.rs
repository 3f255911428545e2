//! Texts that plainly are something else than an export: mail, logs, dialogues, tables, other programs' files. People hand
//! them over when they look for the cause of a bounce, and want to hear what is needed instead.

use super::detect::is_ini_line;

/// So many lines are looked at.
const LINES: usize = 60;
/// So much of a line is looked at, in bytes: some exports are one line.
const LINE: usize = 4 << 10;
/// So much of a mail message is searched for the marks of a bounce, in bytes.
const MESSAGE: usize = 64 << 10;

const EXPORT: &str =
    "maillint judges how the servers are set up: export their documents from the Domino Directory, and notes.ini";
const DIALOGUE: &str = "export the configuration of the server, documents and notes.ini; `maillint simulate` then holds such a dialogue with it and names the field that decides";
const SHOW_CONFIGURATION: &str = "maillint judges how the servers are set up: export their documents from the Domino Directory, and notes.ini. Lines that `show configuration` printed are read when they stand in a file of their own";
const SAVE_BODY: &str = "save the answer without its header lines (curl does that unless it is told `--include`)";
const UNPACK: &str = "unpack it and give the files in it";
/// What to do with what another mail system says of itself.
pub(super) const DECLARE_EXCHANGE: &str = "declare under facts, in a native description beside Domino's export, what matters to Domino: `[[facts.accepted_domains]]` with name and type, `[[facts.connectors]]` with direction, targets and tls";
const DECLARE_DNS: &str = "declare under facts, in a native description beside the export, what matters to mail: `[[facts.mx]]`, `[[facts.ptr]]` and `[[facts.spf]]`";
const DECLARE_SYSTEM: &str = "maillint reads the configuration of Domino; declare what Domino has to know of this system under facts in a native description: `[[facts.gateways]]`, `facts.peers`";

/// What a text is, in a sentence, and what to do about it.
pub(super) type Foreign = (&'static str, &'static str);

/// What a text plainly is, if that is none of the formats.
pub(super) fn recognise(text: &str) -> Option<Foreign> {
    let text = text.trim_start();
    if let Some(known) = by_first_bytes(text) {
        return Some(known);
    }
    let lines: Vec<&str> = text.lines().map(start).filter(|line| !line.trim().is_empty()).take(LINES).collect();
    mail(text, &lines)
        .or_else(|| dialogue(&lines))
        .or_else(|| log(&lines))
        .or_else(|| exchange_list(&lines))
        .or_else(|| zone(&lines))
        .or_else(|| other_system(&lines))
        .or_else(|| columns(&lines))
}

/// The start of a long line.
fn start(line: &str) -> &str {
    (LINE..LINE + 4).find_map(|end| line.get(..end)).unwrap_or(line)
}

fn by_first_bytes(text: &str) -> Option<Foreign> {
    // Bytes that are not UTF-8 have been read as Windows-1252.
    let known = [
        ("%PDF-", ("this is a binary file (PDF), not an export", EXPORT)),
        ("PK\u{3}\u{4}", ("this is a binary file (a ZIP archive or an Office document), not an export", UNPACK)),
        ("\u{1f}\u{2039}", ("this is a binary file (compressed with gzip), not an export", UNPACK)),
        ("BZh9", ("this is a binary file (compressed with bzip2), not an export", UNPACK)),
        (
            "\u{d0}\u{cf}\u{11}\u{e0}",
            ("this is a binary file (an Outlook message or an old Office document), not an export", EXPORT),
        ),
        ("{\\rtf", ("this is a rich text document (RTF), not an export", EXPORT)),
        ("-----BEGIN ", ("this is a certificate or a key, not an export", EXPORT)),
        ("BEGIN:VCARD", ("these are visiting cards (vCard), not an export", EXPORT)),
        ("BEGIN:VCALENDAR", ("this is a calendar, not an export", EXPORT)),
        ("#!/", ("this is a script, not an export", EXPORT)),
        ("HTTP/1.", ("this is an answer with the header lines of HTTP before it", SAVE_BODY)),
        ("HTTP/2 ", ("this is an answer with the header lines of HTTP before it", SAVE_BODY)),
    ];
    known.into_iter().find(|(mark, _)| text.starts_with(mark)).map(|(_, known)| known)
}

/// Header fields that nothing but a message has.
const OF_MAIL: [&str; 8] = [
    "return-path",
    "received",
    "message-id",
    "mime-version",
    "delivered-to",
    "dkim-signature",
    "authentication-results",
    "arc-seal",
];
/// Further header fields.
const IN_MAIL: [&str; 10] =
    ["from", "to", "cc", "subject", "date", "sender", "reply-to", "content-type", "in-reply-to", "references"];

fn mail(text: &str, lines: &[&str]) -> Option<Foreign> {
    let head: Vec<String> = text
        .lines()
        .take(LINES)
        .take_while(|line| !line.trim().is_empty())
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    let first = lines.first()?;
    let name = first.split(':').next()?.to_ascii_lowercase();
    let is_field = |name: &str| OF_MAIL.contains(&name) || IN_MAIL.contains(&name) || name.starts_with("x-");
    // A mailbox file has a line of its own before each message.
    let begins = (first.contains(':') && is_field(&name)) || (first.starts_with("From ") && first.contains('@'));
    let sure = head.iter().any(|name| OF_MAIL.contains(&name.as_str()));
    // Structured text of a memo has the same names, and its form.
    let is_document = head.iter().any(|name| name == "form" || name.starts_with('$'));
    if !begins || !sure || is_document || head.iter().filter(|name| is_field(name)).count() < 2 {
        return None;
    }
    let body: String = text.chars().take(MESSAGE).collect::<String>().to_ascii_lowercase();
    let bounced = ["multipart/report", "diagnostic-code:", "delivery failure", "undeliverable", "failure notice"];
    Some(if bounced.iter().any(|mark| body.contains(mark)) {
        ("this is a bounce, that is a mail message, not an export", DIALOGUE)
    } else {
        ("this is a mail message, not an export", DIALOGUE)
    })
}

/// A dialogue with a mail server, as telnet or a trace shows it.
fn dialogue(lines: &[&str]) -> Option<Foreign> {
    let bare = |line: &str| line.trim_start_matches(['<', '>', '*', '-', ' ', '\t']).to_ascii_uppercase();
    let plain = |line: &str| {
        let line = bare(line);
        ["S: ", "C: "].iter().find_map(|side| line.strip_prefix(side)).map_or(line.clone(), str::to_owned)
    };
    let is_greeting =
        |line: &str| plain(line).strip_prefix("220").is_some_and(|rest| rest.starts_with([' ', '-'])) || line == "220";
    let is_command = |line: &str| {
        let line = plain(line);
        ["EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:"].iter().any(|command| line.starts_with(command))
    };
    let first = lines.iter().take(6).any(|line| is_greeting(line) || line.starts_with("Trying "));
    (first && lines.iter().any(|line| is_command(line)))
        .then_some(("this is a dialogue with a mail server, not an export", DIALOGUE))
}

fn log(lines: &[&str]) -> Option<Foreign> {
    if lines.iter().take(5).any(|line| line.starts_with("#Software: Microsoft") || line.starts_with("#Log-type:")) {
        return Some(("this is a log of Exchange or Windows, not an export", EXPORT));
    }
    let half = |count: usize| count > 0 && count * 2 >= lines.len();
    let of_console: Vec<&&str> = lines.iter().filter(|line| has_console_prefix(line)).collect();
    if half(of_console.len()) {
        // `show configuration` prints settings behind the same prefix.
        let settings = of_console.iter().filter(|line| is_ini_line(line)).count();
        return (settings * 2 < of_console.len())
            .then_some(("this is the log of a server's console, not an export", SHOW_CONFIGURATION));
    }
    let dated = lines.iter().filter(|line| begins_with_time(line)).count();
    if !half(dated) || dated < lines.len().min(3) {
        return None;
    }
    let of_mail = |line: &&str| {
        ["postfix/", "sendmail[", "sm-mta[", "exim", "SMTP", "Router:", "dovecot", "queued as", "status=", " postfix["]
            .iter()
            .any(|mark| line.contains(mark))
    };
    Some(if lines.iter().any(of_mail) {
        ("this is a mail log, not an export", SHOW_CONFIGURATION)
    } else {
        ("this is a log, not an export", SHOW_CONFIGURATION)
    })
}

/// `[007577:000017-00007F621246D700] …`: process and thread.
fn has_console_prefix(line: &str) -> bool {
    line.strip_prefix('[').and_then(|rest| rest.split_once(']')).is_some_and(|(id, _)| {
        let hex = |text: &str| !text.is_empty() && text.chars().all(|character| character.is_ascii_hexdigit());
        id.split_once(':').is_some_and(|(process, thread)| hex(process) && thread.split('-').all(hex))
    })
}

/// `Nov 25 01:17:23 …`, `2026-11-25T01:17 …`, `11/25/2026 01:17:23 AM …`, `25.11.2026 01:17:23 …`.
fn begins_with_time(line: &str) -> bool {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let line = line.trim_start_matches(['[', ' ', '\t']);
    let mut words = line.split([' ', 'T', ',', '\t', ']']).filter(|word| !word.is_empty());
    let (Some(first), Some(second), third) = (words.next(), words.next(), words.next()) else { return false };
    let is_time = |word: &str| {
        let mut parts = word.split(':');
        let digits = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.next().is_some_and(digits) && parts.next().is_some_and(digits)
    };
    let is_date = |word: &str| {
        let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
        parts.len() == 3
            && parts
                .iter()
                .all(|part| matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    (MONTHS.contains(&first) && third.is_some_and(is_time)) || (is_date(first) && is_time(second))
}

/// Names that only the objects of Exchange have, in what its shell prints and writes.
pub(super) const OF_EXCHANGE: [&str; 21] = [
    "accepted_domains",
    "remote_domains",
    "inbound_connectors",
    "outbound_connectors",
    "transport_rule",
    "transport_config",
    "hosted_connection_filter",
    "DomainType",
    "ConnectorType",
    "ConnectorSource",
    "SenderDomains",
    "RecipientDomains",
    "UseMXRecord",
    "TlsSenderCertificateName",
    "TlsSettings",
    "AddressSpaces",
    "RemoteIPRanges",
    "PermissionGroups",
    "ExchangeVersion",
    "ExchangeObjectId",
    "OrganizationalUnitRoot",
];

fn exchange_list(lines: &[&str]) -> Option<Foreign> {
    let named = |line: &&&str| {
        line.split_once(':').is_some_and(|(name, _)| name.ends_with(' ') && OF_EXCHANGE.contains(&name.trim_end()))
    };
    (lines.iter().filter(named).count() >= 2)
        .then_some(("this is the configuration of Exchange, which is not read", DECLARE_EXCHANGE))
}

fn zone(lines: &[&str]) -> Option<Foreign> {
    let of_zone = |line: &&str| {
        ["$ORIGIN ", "$TTL ", "$TTL\t", "$ORIGIN\t"].iter().any(|mark| line.starts_with(mark))
            || line.split_whitespace().zip(line.split_whitespace().skip(1)).any(|pair| pair == ("IN", "SOA"))
    };
    // People paste what a look into DNS gave as a comment above a description.
    let is_comment = |line: &&&str| line.trim_start().starts_with(['#', ';']);
    lines
        .iter()
        .filter(|line| !is_comment(line))
        .any(of_zone)
        .then_some(("this is a DNS zone file, not an export", DECLARE_DNS))
}

fn other_system(lines: &[&str]) -> Option<Foreign> {
    const POSTFIX: [&str; 12] = [
        "myhostname",
        "mydomain",
        "mydestination",
        "mynetworks",
        "relayhost",
        "inet_interfaces",
        "smtpd_banner",
        "smtpd_recipient_restrictions",
        "smtpd_relay_restrictions",
        "transport_maps",
        "virtual_alias_maps",
        "relay_domains",
    ];
    let parameter = |line: &&&str| line.split_once('=').is_some_and(|(name, _)| POSTFIX.contains(&name.trim()));
    if lines.iter().filter(parameter).count() >= 2 {
        return Some(("this is the configuration of Postfix, which is not read", DECLARE_SYSTEM));
    }
    let of_sendmail = |line: &&&str| {
        ["divert(", "VERSIONID(", "OSTYPE(", "FEATURE(", "MAILER(", "DOMAIN("].iter().any(|mark| line.starts_with(mark))
    };
    (lines.iter().filter(of_sendmail).count() >= 2)
        .then_some(("this is the configuration of Sendmail, which is not read", DECLARE_SYSTEM))
}

/// A table as spreadsheets write it: the same number of separators in every line.
fn columns(lines: &[&str]) -> Option<Foreign> {
    let rows = lines.get(..4)?;
    let is_table = [',', ';', '\t'].into_iter().any(|separator| {
        let counts: Vec<usize> = rows.iter().map(|line| line.matches(separator).count()).collect();
        counts.first().is_some_and(|first| *first >= 2 && counts.iter().all(|count| count == first))
    });
    let is_setting =
        |line: &&str| line.contains('=') || line.contains(": ") || line.starts_with(['[', '{', '#', ';', ':']);
    (is_table && !rows.iter().any(is_setting)).then_some((
        "this is a table (CSV), not an export",
        "the columns of a view leave most fields out; export the documents themselves, as DXL",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_logs_begin_with_a_time() {
        for line in [
            "Nov 25 01:17:23 mx1 postfix/smtpd[1]: connect",
            "2026-11-25T01:17:23.123Z something",
            "2026-11-25 01:17:23,123 INFO",
            "11/25/2026 01:17:23 AM  SMTP Server: started",
            "25.11.2026 01:17:23   Router: started",
            "[25/11/2026 1:17] x",
        ] {
            assert!(begins_with_time(line), "{line}");
        }
        for line in ["10.0.8.1 01:17 x", "1.2.3 released", "Nov is cold", "mx = 2026-11-25", "", "2026"] {
            assert!(!begins_with_time(line), "{line}");
        }
    }

    #[test]
    fn settings_that_the_console_printed_are_no_log() {
        let log = "[007577:000017-00007F621246D700] 20.03.2022 07:36:42   http: failure\n[007577:000017-00007F] x\n";
        assert!(recognise(log).is_some_and(|(what, _)| what.contains("console")));
        assert_eq!(recognise("[1664:0002-15FC] SMTPDebug=3\n[1664:0002-15FC] Log_Sessions=1\n"), None);
    }

    #[test]
    fn a_comment_makes_no_zone_file() {
        let record = "acme.example. 3600 IN SOA ns.acme.example. root.acme.example. 1 2 3 4 5\n";
        assert!(recognise(record).is_some_and(|(what, _)| what.contains("zone")));
        assert_eq!(recognise(&format!("# {record}[[server]]\nname = 'mx1/Acme'\n")), None);
    }

    #[test]
    fn only_the_start_of_a_long_line_counts() {
        let line = format!("{{\"a\": \"{}\"}} IN SOA x", "ä".repeat(LINE));
        assert_eq!(recognise(&line), None);
        assert!(start(&line).len() <= LINE + 3);
    }

    #[test]
    fn a_memo_as_structured_text_is_no_mail() {
        assert_eq!(recognise("Form:  Memo\nFrom:  a\nMessage-ID: <1@a>\n"), None);
        assert_eq!(recognise("From:  a\nMIME-Version: 1\n$MessageID: <1@a>\n"), None);
        assert!(recognise("Received: from a\nFrom: b\n\nForm: x\n").is_some());
    }
}
