//! Tables of broken files: each has one message, which is printed for people and for programs and underlines the right
//! place.

use std::fmt::Write as _;
use std::fs;

use crate::common::{list, problems};
use crate::running::{Folder, marked, place, place_in, position_in};

/// One broken file and the one message about it.
pub(crate) struct Case {
    /// What the case is, for the failure message.
    name: &'static str,
    file: &'static str,
    /// The text, with marks.
    text: String,
    exit: i32,
    /// `severity code` of the problem.
    problem: &'static str,
    /// Words that must be in the message or the advice.
    words: &'static [&'static str],
}

pub(crate) fn case(
    name: &'static str,
    file: &'static str,
    text: impl Into<String>,
    exit: i32,
    problem: &'static str,
    words: &'static [&'static str],
) -> Case {
    Case { name, file, text: text.into(), exit, problem, words }
}

impl Case {
    fn failures(&self, folder: &Folder) -> Vec<String> {
        let (text, ranges) = marked(&self.text);
        fs::write(folder.0.join(self.file), &text).expect("a file can be written");
        let mut wrong = Vec::new();
        let human = folder.check(&[self.file]);
        let machine = folder.check(&["--format", "json", self.file]);
        fs::remove_file(folder.0.join(self.file)).expect("the file can be removed");
        if (human.code, machine.code) != (self.exit, self.exit) {
            wrong.push(format!("exit {} and {}, not {}", human.code, machine.code, self.exit));
        }
        let report = machine.json();
        let grave: Vec<String> = problems(&report).into_iter().filter(|found| self.is_grave(found)).collect();
        if grave != [self.problem] {
            wrong.push(format!("problems {grave:?}, not `{}`", self.problem));
        }
        let (severity, code) = self.problem.split_once(' ').expect("a severity and a code");
        let Some(problem) = list(&report, "problems").iter().find(|problem| problem["code"] == code) else {
            return wrong;
        };
        if problem["path"] != self.file {
            wrong.push(format!("the file is {}", problem["path"]));
        }
        let said = format!("{} {}", problem["message"], problem["help"]).to_lowercase();
        let prose = human.prose();
        for word in self.words {
            if !said.contains(&word.to_lowercase()) {
                wrong.push(format!("`{word}` is not in {said}"));
            }
        }
        if !prose.contains(&format!("{severity}[{code}]")) {
            wrong.push(format!("`{severity}[{code}]` is not printed for people"));
        }
        let places = [problem].into_iter().chain(list(problem, "related"));
        for (range, found) in ranges.iter().zip(places.map(place).chain(std::iter::repeat("nothing".to_owned()))) {
            let expected = place_in(&text, range);
            if found != expected {
                wrong.push(format!("underlines {found}, not {expected} (`{}`)", &text[range.clone()]));
            }
        }
        if let Some(range) = ranges.first() {
            let position = position_in(&text, range.start);
            let heading = format!("[{}:{}]", self.file, position.rsplit_once(':').expect("an offset").0);
            if !human.out.contains(&heading) {
                wrong.push(format!("`{heading}` is not printed for people"));
            }
        }
        wrong
    }

    /// Notes beside an error or a warning do no harm.
    fn is_grave(&self, found: &str) -> bool {
        !found.starts_with("info ") || self.problem.starts_with("info ")
    }
}

pub(crate) fn run_cases(name: &str, cases: &[Case]) {
    let folder = Folder::new(name);
    let mut failures = String::new();
    for case in cases {
        for wrong in case.failures(&folder) {
            let _ = writeln!(failures, "{}: {wrong}", case.name);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
