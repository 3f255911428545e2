//! Which text of a form stands beside a field: in the same paragraph, in the cell to its left, or in the paragraph above
//! it; and under which headings both stand.

use std::sync::Arc;

use super::form_design::DesignField;

/// What stands in a cell, in order.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    /// The end of a paragraph.
    Break,
    Field(Box<DesignField>),
}

/// The part of a form that is read so far.
#[derive(Debug, Default)]
pub(super) struct Layout {
    fields: Vec<DesignField>,
    /// What stands outside of tables.
    body: Vec<Piece>,
    tables: Vec<Table>,
    /// Titles of the open sections, with the number of tables around each.
    sections: Vec<(Arc<str>, usize)>,
}

#[derive(Debug, Default)]
struct Table {
    /// The text above it.
    above: Option<Arc<str>>,
    /// The title of the tab that is open.
    tab: Option<Arc<str>>,
    /// The texts of the first row, by column, if it holds nothing else.
    titles: Vec<Arc<str>>,
    /// Whether a row was finished before.
    begun: bool,
    /// The last row that holds nothing but text.
    heading: Option<Arc<str>>,
    row: Vec<Cell>,
    cell: Cell,
    column: usize,
}

#[derive(Debug, Default)]
struct Cell {
    column: usize,
    span: usize,
    pieces: Vec<Piece>,
    /// Fields of a table inside it have been read.
    nested: bool,
}

impl Layout {
    pub(super) fn text(&mut self, text: &str) {
        self.push(Piece::Text(text.to_owned()));
    }

    pub(super) fn push(&mut self, piece: Piece) {
        let pieces = self.tables.last_mut().map_or(&mut self.body, |table| &mut table.cell.pieces);
        match (pieces.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => pieces.push(piece),
        }
    }

    pub(super) fn begin_table(&mut self) {
        let above = last_text(self.tables.last().map_or(&self.body, |table| &table.cell.pieces));
        if let Some(table) = self.tables.last_mut() {
            table.cell.nested = true;
        } else {
            self.flush_body();
        }
        self.tables.push(Table { above, ..Table::default() });
    }

    pub(super) fn begin_row(&mut self, tab: Option<&str>) {
        if let Some(table) = self.tables.last_mut() {
            table.column = 0;
            if let Some(tab) = tab {
                table.tab = clean(tab);
                table.heading = None;
            }
        }
    }

    pub(super) fn begin_cell(&mut self, span: Option<usize>) {
        if let Some(table) = self.tables.last_mut() {
            table.cell = Cell { column: table.column, span: span.unwrap_or(1).clamp(1, 64), ..Cell::default() };
        }
    }

    pub(super) fn end_cell(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            let cell = std::mem::take(&mut table.cell);
            table.column += cell.span.max(1);
            table.row.push(cell);
        }
    }

    pub(super) fn end_row(&mut self) {
        let context = self.context();
        let Some(table) = self.tables.last_mut() else { return };
        let row = std::mem::take(&mut table.row);
        let has_field = |cell: &Cell| cell.nested || cell.pieces.iter().any(|piece| matches!(piece, Piece::Field(_)));
        if !row.iter().any(has_field) {
            let texts: Vec<(usize, Arc<str>)> =
                row.iter().filter_map(|cell| Some((cell.column, last_text(&cell.pieces)?))).collect();
            if let [(_, only)] = texts.as_slice() {
                table.heading = Some(Arc::clone(only));
            } else if texts.len() > 1 && !table.begun {
                table.titles = vec![Arc::from(""); row.iter().map(|cell| cell.column + 1).max().unwrap_or(0)];
                for (column, text) in texts {
                    if let Some(title) = table.titles.get_mut(column) {
                        *title = text;
                    }
                }
            }
        }
        table.begun = true;
        let titles = std::mem::take(&mut table.titles);
        let mut left: Option<Arc<str>> = None;
        for cell in row {
            let column = cell.column;
            let mut context = context.clone();
            if let Some(title) = titles.get(column).filter(|title| !title.is_empty()) {
                context.insert(0, Arc::clone(title));
            }
            let text = last_text(&cell.pieces);
            let with_field = has_field(&cell);
            self.read(cell.pieces, left.as_ref(), &context);
            // A text beside other fields is theirs.
            if !with_field && text.is_some() {
                left = text;
            }
        }
        if let Some(table) = self.tables.last_mut() {
            table.titles = titles;
        }
    }

    pub(super) fn end_table(&mut self) {
        self.tables.pop();
    }

    pub(super) fn begin_section(&mut self) {
        self.sections.push((Arc::from(""), self.tables.len()));
    }

    pub(super) fn section_title(&mut self, title: &str) {
        if let (Some((section, _)), Some(title)) = (self.sections.last_mut(), clean(title)) {
            *section = title;
        }
    }

    pub(super) fn end_section(&mut self) {
        if self.tables.is_empty() {
            self.flush_body();
        }
        self.sections.pop();
    }

    pub(super) fn finish(mut self) -> Vec<DesignField> {
        self.flush_body();
        self.fields
    }

    fn flush_body(&mut self) {
        let pieces = std::mem::take(&mut self.body);
        let context = self.context();
        self.read(pieces, None, &context);
    }

    /// The headings around the place that is read, the nearest first.
    fn context(&self) -> Vec<Arc<str>> {
        let mut context = Vec::new();
        for (index, table) in self.tables.iter().enumerate().rev() {
            let sections =
                self.sections.iter().rev().filter(|(title, around)| *around == index + 1 && !title.is_empty());
            context.extend(sections.map(|(title, _)| Arc::clone(title)));
            context.extend([&table.heading, &table.tab, &table.above].into_iter().flatten().map(Arc::clone));
        }
        let outside = self.sections.iter().rev().filter(|(title, around)| *around == 0 && !title.is_empty());
        context.extend(outside.map(|(title, _)| Arc::clone(title)));
        context
    }

    /// Takes the fields of a cell, or of what stands outside of tables, each with its label.
    fn read(&mut self, pieces: Vec<Piece>, left: Option<&Arc<str>>, context: &[Arc<str>]) {
        let mut before: Option<Arc<str>> = left.cloned();
        let mut here = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => here.push_str(&text),
                Piece::Break => {
                    before = clean(&here).or(before);
                    here.clear();
                }
                Piece::Field(mut field) => {
                    field.label = clean(&here).or_else(|| before.clone());
                    field.context = context.to_vec();
                    self.fields.push(*field);
                    // The text belongs to this field; the next one has its own, or none.
                    here.clear();
                    before = None;
                }
            }
        }
    }
}

/// The last paragraph with text.
fn last_text(pieces: &[Piece]) -> Option<Arc<str>> {
    pieces.iter().rev().find_map(|piece| match piece {
        Piece::Text(text) => clean(text),
        _ => None,
    })
}

/// A text on one line, without the colon behind it.
fn clean(text: &str) -> Option<Arc<str>> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '\u{a0}' | '*'));
    words.chars().any(char::is_alphanumeric).then(|| Arc::from(words))
}
