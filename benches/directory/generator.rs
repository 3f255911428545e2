//! A Domino Directory in DXL as the exporter writes it, with as many documents as wanted.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// What to write.
pub(crate) struct Directory {
    pub(crate) seed: u64,
    pub(crate) servers: u64,
    pub(crate) configurations: u64,
    pub(crate) persons: u64,
}

/// A small generator of numbers (splitmix64), so that the same seed gives the same file everywhere.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let index = usize::try_from(self.below(words.len() as u64)).expect("small");
        words.get(index).copied().expect("within")
    }
}

const FIRST: [&str; 12] =
    ["Anna", "Björn", "Chloé", "Dirk", "Eva", "Farid", "Günter", "Hana", "Ines", "Jörg", "Kofi", "Łucja"];
const LAST: [&str; 12] =
    ["Abel", "Böhm", "Costa", "Dünn", "Engel", "Fuchs", "Groß", "Huber", "Ito", "Jansen", "Köhler", "Lindström"];
const DOMAINS: [&str; 3] = ["acme.example", "mail.acme.example", "acme-labs.example"];

struct Writer<W> {
    out: W,
    numbers: Numbers,
}

impl Directory {
    /// Writes the directory.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let out = BufWriter::with_capacity(1 << 20, File::create(path)?);
        let mut writer = Writer { out, numbers: Numbers(self.seed) };
        writeln!(writer.out, "<?xml version='1.0' encoding='utf-8'?>")?;
        writeln!(writer.out, "<!DOCTYPE database SYSTEM 'xmlschemas/domino_12_0_2.dtd'>")?;
        writeln!(writer.out, "<database xmlns='http://www.lotus.com/dxl' version='12.0' maintenanceversion='2.4'")?;
        writeln!(
            writer.out,
            " replicaid='C1258A1100401234' path='CN=mx0/O=Acme!!names.nsf' title='Acme&apos;s Directory'>"
        )?;
        writer.domain()?;
        // Documents of all forms lie between each other, as they do in a database.
        let every = |count: u64| (self.persons / count.max(1)).max(1);
        let (mut servers, mut configurations) = (0, 0);
        for number in 0..self.persons.max(self.servers.max(self.configurations)) {
            if servers < self.servers && number.is_multiple_of(every(self.servers)) {
                writer.server(servers)?;
                servers += 1;
            }
            if configurations < self.configurations && number.is_multiple_of(every(self.configurations)) {
                writer.configuration(configurations)?;
                configurations += 1;
            }
            if number < self.persons {
                writer.person(number)?;
                if number.is_multiple_of(25) {
                    writer.group(number)?;
                }
                if number.is_multiple_of(50) {
                    writer.mail_in(number)?;
                }
            }
        }
        writeln!(writer.out, "</database>")?;
        writer.out.flush()
    }
}

impl<W: Write> Writer<W> {
    fn begin(&mut self, form: &str) -> io::Result<()> {
        let (high, low) = (self.numbers.next(), self.numbers.next());
        let noteid = self.numbers.below(0x00ff_ffff);
        writeln!(self.out, "<document form='{form}'>")?;
        writeln!(self.out, "<noteinfo noteid='{noteid:x}' unid='{high:016X}{low:016X}' sequence='8'>")?;
        writeln!(self.out, "<created><datetime>20210515T073409,53+00</datetime></created>")?;
        writeln!(self.out, "<modified><datetime dst='true'>20240518T220215,28+02</datetime></modified>")?;
        writeln!(self.out, "<revised><datetime>20240516T112338,53+00</datetime></revised>")?;
        writeln!(self.out, "<lastaccessed><datetime dst='true'>20240518T220215,27+02</datetime></lastaccessed>")?;
        writeln!(
            self.out,
            "<addedtofile><datetime dst='true'>20210518T220215,27+02</datetime></addedtofile></noteinfo>"
        )?;
        writeln!(self.out, "<updatedby><name>CN=Admin/O=Acme</name></updatedby>")?;
        writeln!(
            self.out,
            "<revisions><datetime>20210515T073410,56+00</datetime><datetime>20210516T085133,96+00</datetime><datetime"
        )?;
        writeln!(self.out, ">20240516T085703,48+00</datetime></revisions>")?;
        self.item("Type", form)
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.out, "<item name='$UpdatedBy' names='true'><text>CN=Admin/O=Acme</text></item></document>")
    }

    fn item(&mut self, name: &str, value: &str) -> io::Result<()> {
        if value.is_empty() {
            return writeln!(self.out, "<item name='{name}'><text/></item>");
        }
        // The exporter folds lines within tags.
        if name.len() + value.len() > 46 {
            return writeln!(self.out, "<item name='{name}'><text\n>{value}</text></item>");
        }
        writeln!(self.out, "<item name='{name}'><text>{value}</text></item>")
    }

    fn list(&mut self, name: &str, values: &[String]) -> io::Result<()> {
        write!(self.out, "<item name='{name}' names='true'><textlist>")?;
        for value in values {
            write!(self.out, "<text\n>{value}</text>")?;
        }
        writeln!(self.out, "</textlist></item>")
    }

    /// Items that nobody asks for.
    fn others(&mut self, family: &str, count: u64) -> io::Result<()> {
        for number in 0..count {
            let name = format!("{family}{number}");
            match self.numbers.below(5) {
                0 => self.item(&name, "")?,
                1 => writeln!(self.out, "<item name='{name}'><number>{}</number></item>", self.numbers.below(10_000))?,
                2 => writeln!(self.out, "<item name='{name}'><datetime>20240518T220215,28+02</datetime></item>")?,
                3 => self.item(&name, "0")?,
                _ => {
                    let words =
                        [self.numbers.of(&LAST), self.numbers.of(&FIRST), self.numbers.of(&LAST)].join(" &amp; ");
                    self.item(&name, &words)?;
                }
            }
        }
        Ok(())
    }

    /// A certificate or the like.
    fn raw(&mut self, name: &str, lines: u64) -> io::Result<()> {
        writeln!(self.out, "<item name='{name}' summary='false'>\n<rawitemdata type='2'>")?;
        for _ in 0..lines {
            let [a, b, c, d] = [0; 4].map(|_: u64| self.numbers.next());
            writeln!(self.out, "{a:016X}{b:016X}{c:016X}{d:016X}QQ")?;
        }
        writeln!(self.out, "</rawitemdata></item>")
    }

    fn domain(&mut self) -> io::Result<()> {
        self.begin("Domain")?;
        self.item("DomainType", "GlobalDomain")?;
        self.item("DomainName", "Acme global")?;
        self.item("GlobalDomainTasks", "SMTP")?;
        self.item("NotesDomainList", "Acme")?;
        self.item("LocalPrimaryInternetDomain", "acme.example")?;
        self.item("LocalInternetDomainAliases", "mail.acme.example")?;
        self.end()
    }

    fn server(&mut self, number: u64) -> io::Result<()> {
        self.begin("Server")?;
        self.item("ServerName", &format!("CN=mx{number}/O=Acme"))?;
        self.item("ServerTitle", "Mail")?;
        self.item("Domain", "Acme")?;
        self.item("SMTPFullHostDomain", &format!("mx{number}.acme.example"))?;
        self.item("SMTPListenerEnabled", if number.is_multiple_of(2) { "1" } else { "0" })?;
        self.item("SMTP_Port", "25")?;
        self.item("SMTP_PortStatus", "1")?;
        self.item("SMTP_AllowAnonymous", "1")?;
        self.item("LdISite", "0")?;
        self.others("SrvItem", 350)?;
        self.raw("$ServerCert", 20)?;
        self.end()
    }

    fn configuration(&mut self, number: u64) -> io::Result<()> {
        self.begin("ServerConfig")?;
        let name = if number == 0 { "*".to_owned() } else { format!("CN=mx{number}/O=Acme") };
        self.item("ServerName", &name)?;
        self.item("UseAsDefault", if number == 0 { "1" } else { "" })?;
        self.item("MailExternalSMTP", "1")?;
        self.item("SMTP_NegotiatedSSL", "1")?;
        self.list("SMTPRlyExcpts", &["[192.0.2.1]".to_owned(), "[10.0.0.*]".to_owned()])?;
        self.others("CfgItem", 250)?;
        self.end()
    }

    fn person(&mut self, number: u64) -> io::Result<()> {
        let (first, last) = (self.numbers.of(&FIRST), self.numbers.of(&LAST));
        self.begin("Person")?;
        self.others("$PrsItem", 12)?;
        self.item("FirstName", first)?;
        self.item("LastName", last)?;
        self.list(
            "FullName",
            &[
                format!("CN={first} {last} {number}/OU=Sales/O=Acme"),
                format!("{first} {last} {number}"),
                format!("u{number}"),
            ],
        )?;
        self.item("ShortName", &format!("u{number}"))?;
        let domain = self.numbers.of(&DOMAINS[..2]);
        self.item("InternetAddress", &format!("u{number}@{domain}"))?;
        self.item("MailDomain", "Acme")?;
        let server = self.numbers.below(20);
        self.item("MailServer", &format!("CN=mx{server}/O=Acme"))?;
        self.item("MailFile", &format!("mail\\u{number}"))?;
        self.item("MailSystem", "1")?;
        self.item("MailAddress", "")?;
        let password = self.numbers.next();
        self.item("HTTPPassword", &format!("(G{password:016X})"))?;
        self.others("PrsItem", 75)?;
        self.raw("Certificate", 14)?;
        self.raw("userCertificate", 40)?;
        self.end()
    }

    fn group(&mut self, number: u64) -> io::Result<()> {
        self.begin("Group")?;
        self.item("ListName", &format!("Group {number}"))?;
        let kind = self.numbers.of(&["0", "1", "2"]);
        self.item("GroupType", kind)?;
        let members: Vec<String> = (0..self.numbers.below(40))
            .map(|_| {
                let (first, last) = (self.numbers.of(&FIRST), self.numbers.of(&LAST));
                format!("CN={first} {last} {}/OU=Sales/O=Acme", self.numbers.below(number + 1))
            })
            .collect();
        self.list("Members", &members)?;
        self.others("GrpItem", 15)?;
        self.end()
    }

    fn mail_in(&mut self, number: u64) -> io::Result<()> {
        self.begin("Database")?;
        self.item("FullName", &format!("Box {number}"))?;
        self.item("InternetAddress", &format!("box{number}@acme.example"))?;
        self.item("MailDomain", "Acme")?;
        let server = self.numbers.below(20);
        self.item("MailServer", &format!("CN=mx{server}/O=Acme"))?;
        self.item("MailFile", &format!("box\\b{number}.nsf"))?;
        self.others("BoxItem", 10)?;
        self.end()
    }
}
