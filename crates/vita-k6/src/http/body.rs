//! Bodies of requests.

use super::stream::segment_of;
use crate::engine::VuState;
use crate::realm::Realm;
use bytes::Bytes;
use rquickjs::function::Opt;
use rquickjs::{ArrayBuffer, Ctx, Exception, Object, Result, Value};
use vita_k6_modules::{Native, held, hold};
use vita_k6_modules::{bytes_of, text_of};
use vita_wire::{Body, Boundary, FormFile, FormPart, Segment, multipart, urlencode};

/// The type of bodies that are made of objects.
const FORM: &str = "application/x-www-form-urlencoded";

/// Marks what `http.file` made.
struct FileMark;

impl Native for FileMark {
    const NAME: &'static str = "FileData";

    fn define(_prototype: &Object<'_>) -> Result<()> {
        Ok(())
    }
}

/// `http.file(data, name, contentType)`
pub(super) fn file<'js>(
    ctx: Ctx<'js>,
    data: Value<'js>,
    name: Opt<Value<'js>>,
    content_type: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let is_text = data.is_string();
    if !is_text && segment_of(&data).is_none() && bytes_of(&data)?.is_none() {
        return Err(Exception::throw_type(
            &ctx,
            "http.file takes a string, an ArrayBuffer or a typed array",
        ));
    }
    let name = match name.0 {
        Some(name) if !name.is_undefined() => text_of(&name)?,
        _ => Realm::of(&ctx)?
            .vu()
            .plan
            .clock
            .now()
            .as_micros()
            .to_string(),
    };
    let content_type = match content_type.0 {
        Some(kind) if !kind.is_undefined() => text_of(&kind)?,
        _ => "application/octet-stream".to_owned(),
    };
    let object = hold(&ctx, FileMark)?;
    object.set("data", data)?;
    object.set("filename", name)?;
    object.set("content_type", content_type)?;
    Ok(object.into_value())
}

/// A body, and the type that it has unless the script says another.
pub(super) fn read<'js>(
    ctx: &Ctx<'js>,
    vu: &VuState,
    value: Option<&Value<'js>>,
) -> Result<(Body, Option<String>)> {
    let Some(value) = value.filter(|value| !value.is_null() && !value.is_undefined()) else {
        return Ok((Body::Empty, None));
    };
    if let Some(segment) = segment_of(value) {
        return Ok((vec![segment].into(), None));
    }
    if let Some(bytes) = read_bytes(vu, value)? {
        return Ok((Body::Bytes(bytes), None));
    }
    let Some(object) = value.as_object() else {
        return Ok((Body::Bytes(text_of(value)?.into()), None));
    };
    let mut has_file = held::<FileMark>(value).is_some();
    let mut fields: Vec<(String, Value<'js>)> = Vec::new();
    for key in object.keys::<String>() {
        let key = key?;
        let field: Value<'js> = object.get(key.as_str())?;
        has_file |= held::<FileMark>(&field).is_some();
        match field.as_array() {
            Some(array) => {
                for item in array.iter::<Value<'js>>() {
                    fields.push((key.clone(), item?));
                }
            }
            None => fields.push((key, field)),
        }
    }
    if has_file {
        return read_multipart(ctx, vu, &fields);
    }
    let fields = fields
        .into_iter()
        .map(|(key, field)| Ok((key, text_of(&field)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok((
        Body::Bytes(urlencode(&fields).into()),
        Some(FORM.to_owned()),
    ))
}

/// The bytes of a text or buffer; of an opened file without a copy.
fn read_bytes(vu: &VuState, value: &Value<'_>) -> Result<Option<Bytes>> {
    if value.is_string() {
        return Ok(Some(text_of(value)?.into()));
    }
    if let Some(buffer) = value
        .as_object()
        .cloned()
        .and_then(ArrayBuffer::from_object)
        && let Some(raw) = buffer.as_raw()
        && let Some(file) = vu
            .plan
            .library
            .file_at(raw.cast::<u8>().as_ptr().addr(), raw.len())
    {
        return Ok(Some(Bytes::from_owner(file)));
    }
    Ok(bytes_of(value)?.map(Bytes::from))
}

fn read_multipart<'js>(
    ctx: &Ctx<'js>,
    vu: &VuState,
    fields: &[(String, Value<'js>)],
) -> Result<(Body, Option<String>)> {
    let refuse =
        |problem: &dyn std::fmt::Display| Exception::throw_message(ctx, &problem.to_string());
    let mut random = [0_u8; 16];
    vu.plan.entropy.fill(&mut random);
    let boundary = format!("{:032x}", u128::from_le_bytes(random));
    let boundary = Boundary::new(boundary).map_err(|error| refuse(&error))?;
    let mut parts = Vec::new();
    for (name, field) in fields {
        let marked = held::<FileMark>(field).and(field.as_object());
        let (file, content) = match marked {
            Some(object) => {
                let file = FormFile {
                    name: text_of(&object.get("filename")?)?,
                    content_type: text_of(&object.get("content_type")?)?,
                };
                let data: Value<'js> = object.get("data")?;
                let content = match segment_of(&data) {
                    Some(segment) => segment,
                    None => Segment::Bytes(read_bytes(vu, &data)?.unwrap_or_default()),
                };
                (Some(file), content)
            }
            None => (None, Segment::Bytes(text_of(field)?.into())),
        };
        parts.push(FormPart {
            name: name.clone(),
            file,
            content,
        });
    }
    let segments = multipart(&boundary, &parts).map_err(|error| refuse(&error))?;
    Ok((segments.into(), Some(boundary.content_type())))
}
