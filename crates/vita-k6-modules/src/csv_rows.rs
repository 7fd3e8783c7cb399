//! `k6/experimental/csv`: delimited files, as a shared array or row by row.

use crate::classes::{Native, constructor, held, hold};
use crate::data::{SharedArray, share};
use crate::files::file_of;
use crate::host::host;
use crate::promises::settled;
use crate::text::text_of;
use csv::StringRecord;
use rquickjs::function::{Func, Opt, This};
use rquickjs::{Array, Ctx, Exception, IntoJs, Object, Result, Value};
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::io::Cursor;
use std::sync::Arc;

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    exports.set("parse", Func::from(parse))?;
    exports.set("Parser", constructor::<Parser, _, _>(ctx, new_parser)?)?;
    Ok(exports)
}

/// What scripts may ask for; lines are counted from 0, the first to the last of them inclusive.
#[derive(Debug)]
struct Wanted {
    delimiter: u8,
    skip_first_line: bool,
    from_line: u64,
    to_line: Option<u64>,
    as_objects: bool,
}

impl Wanted {
    fn of(ctx: &Ctx<'_>, options: &Opt<Value<'_>>) -> Result<Self> {
        let mut wanted = Self {
            delimiter: b',',
            skip_first_line: false,
            from_line: 0,
            to_line: None,
            as_objects: false,
        };
        let Some(options) = options.0.as_ref().and_then(Value::as_object) else {
            return Ok(wanted);
        };
        let delimiter: Value<'_> = options.get("delimiter")?;
        if !delimiter.is_undefined() {
            wanted.delimiter = match text_of(&delimiter)?.as_bytes() {
                [byte] => *byte,
                _ => {
                    return Err(Exception::throw_type(
                        ctx,
                        "`delimiter` must be one ASCII letter",
                    ));
                }
            };
        }
        let flag = |name: &str| -> Result<bool> {
            Ok(options
                .get::<_, Value<'_>>(name)?
                .as_bool()
                .unwrap_or_default())
        };
        let line = |name: &str| -> Result<Option<u64>> {
            match options.get::<_, Value<'_>>(name)?.as_number() {
                Some(line) if line >= 0.0 => Ok(Some(line as u64)),
                Some(_) => Err(Exception::throw_range(
                    ctx,
                    &format!("`{name}` must not be negative"),
                )),
                None => Ok(None),
            }
        };
        wanted.skip_first_line = flag("skipFirstLine")?;
        wanted.as_objects = flag("asObjects")?;
        wanted.from_line = line("fromLine")?.unwrap_or_default();
        wanted.to_line = line("toLine")?;
        if wanted.to_line.is_some_and(|to| to < wanted.from_line) {
            return Err(Exception::throw_range(
                ctx,
                "`toLine` comes before `fromLine`",
            ));
        }
        Ok(wanted)
    }
}

/// The wanted rows of a file.
struct Rows {
    reader: csv::Reader<Cursor<Arc<[u8]>>>,
    wanted: Wanted,
    names: Vec<String>,
    line: u64,
}

impl Rows {
    fn new(bytes: Arc<[u8]>, wanted: Wanted) -> std::result::Result<Self, csv::Error> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(wanted.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Cursor::new(bytes));
        let mut rows = Self {
            reader,
            wanted,
            names: Vec::new(),
            line: 0,
        };
        if rows.wanted.as_objects {
            let names = rows.read()?.unwrap_or_default();
            rows.names = names.iter().map(str::to_owned).collect();
        } else if rows.wanted.skip_first_line {
            rows.read()?;
        }
        Ok(rows)
    }

    fn read(&mut self) -> std::result::Result<Option<StringRecord>, csv::Error> {
        let mut record = StringRecord::new();
        let found = self.reader.read_record(&mut record)?;
        self.line += 1;
        Ok(found.then_some(record))
    }

    /// The next wanted row: a list of texts, or an object by the names of the first line.
    fn next(&mut self) -> std::result::Result<Option<Json>, csv::Error> {
        loop {
            let line = self.line;
            if self.wanted.to_line.is_some_and(|to| line > to) {
                return Ok(None);
            }
            let Some(record) = self.read()? else {
                return Ok(None);
            };
            if line >= self.wanted.from_line {
                return Ok(Some(self.shape(&record)));
            }
        }
    }

    fn shape(&self, record: &StringRecord) -> Json {
        if !self.wanted.as_objects {
            return record.iter().map(Json::from).collect();
        }
        let pairs = self.names.iter().zip(record.iter());
        let fields = pairs.map(|(name, value)| (name.clone(), Json::from(value)));
        Json::Object(fields.collect::<Map<_, _>>())
    }
}

fn broken(ctx: &Ctx<'_>, error: &csv::Error) -> rquickjs::Error {
    Exception::throw_message(ctx, &format!("failed to parse CSV: {error}"))
}

fn parse<'js>(
    ctx: Ctx<'js>,
    file: Opt<Value<'js>>,
    options: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    settled(&ctx, |ctx| {
        let host = host(ctx)?;
        if !host.is_init() {
            let message = "csv.parse() must be called in the init context";
            return Err(Exception::throw_message(ctx, message));
        }
        let wanted = Wanted::of(ctx, &options)?;
        let file = file_of(&file.0.unwrap_or_else(|| Value::new_undefined(ctx.clone())))?;
        let file = file.borrow();
        let shared = host.shared_arrays();
        // No name of a script's own holds a line end.
        let name = format!("csv\n{}\n{wanted:?}", file.0.path);
        if let Some(array) = shared.lookup(&name) {
            return share(ctx, array);
        }
        let mut array = SharedArray::default();
        let rows = Rows::new(Arc::clone(&file.0.bytes), wanted);
        let mut rows = rows.map_err(|error| broken(ctx, &error))?;
        while let Some(row) = rows.next().map_err(|error| broken(ctx, &error))? {
            array.push(&row.to_string());
        }
        share(ctx, shared.keep(name, array))
    })
}

struct Parser(RefCell<Rows>);

impl Native for Parser {
    const NAME: &'static str = "Parser";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.set("next", Func::from(next_row))
    }
}

fn new_parser<'js>(
    ctx: Ctx<'js>,
    file: Value<'js>,
    options: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let wanted = Wanted::of(&ctx, &options)?;
    let file = file_of(&file)?;
    let rows = Rows::new(Arc::clone(&file.borrow().0.bytes), wanted);
    let rows = rows.map_err(|error| broken(&ctx, &error))?;
    Ok(hold(&ctx, Parser(RefCell::new(rows)))?.into_value())
}

fn next_row<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<Value<'js>> {
    settled(&ctx, |ctx| {
        let Some(parser) = held::<Parser>(&this) else {
            return Err(Exception::throw_type(ctx, "this is not a Parser"));
        };
        let row = parser.borrow().0.0.borrow_mut().next();
        let row = row.map_err(|error| broken(ctx, &error))?;
        let step = Object::new(ctx.clone())?;
        step.set("done", row.is_none())?;
        step.set("value", row_to_js(ctx, row)?)?;
        Ok(step)
    })
}

fn row_to_js<'js>(ctx: &Ctx<'js>, row: Option<Json>) -> Result<Value<'js>> {
    match row {
        None => Ok(Value::new_undefined(ctx.clone())),
        Some(Json::Array(fields)) => {
            let array = Array::new(ctx.clone())?;
            for (at, field) in fields.iter().enumerate() {
                array.set(at, field.as_str())?;
            }
            array.into_js(ctx)
        }
        Some(row) => crate::json::parse(ctx, &row.to_string()),
    }
}
