//! maillint works out what each mail server of an exported environment will really do with SMTP mail, checks that against
//! declarative rules, and says what is wrong, where, and how to mend it.

pub mod cli;
pub mod directory;
pub mod effective;
pub mod read;
pub mod report;
pub mod rules;
pub mod smtp;
pub mod source;
pub mod suggest;
