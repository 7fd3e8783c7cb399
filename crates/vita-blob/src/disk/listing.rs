//! Pages of the prefixes that have files, in the order of area and id.

use std::collections::BinaryHeap;
use std::fs;
use std::path::Path;

use super::files::{modified_at, present};
use crate::{BlobError, BlobPrefix, PrefixEntry, PrefixPage};

/// The next page. A folder tells its names in no order, so each page walks all names of an area
/// and keeps the `limit` smallest: time grows with the store, memory with the page only.
pub(super) fn list(
    root: &Path,
    after: Option<&BlobPrefix>,
    limit: usize,
) -> Result<PrefixPage, BlobError> {
    let mut found = Vec::new();
    for area in BlobPrefix::AREAS {
        let after_id = match after {
            Some(after) if area < after.area() => continue,
            Some(after) if area == after.area() => Some(after.id_segment().to_string()),
            _ => None,
        };
        let left = limit - found.len();
        for id in smallest_ids(&root.join(area), after_id.as_deref(), left)? {
            found.extend(BlobPrefix::parse(&format!("{area}/{id}")));
        }
    }
    let next_after = found.last().filter(|_| found.len() == limit).cloned();
    let mut entries = Vec::with_capacity(found.len());
    for prefix in found {
        let metadata = present(fs::metadata(root.join(prefix.to_string())));
        let metadata = metadata.map_err(BlobError::from_io("look at", &prefix))?;
        // What went since its name was read is not told.
        entries.extend(metadata.map(|metadata| PrefixEntry {
            modified: modified_at(&metadata),
            prefix,
        }));
    }
    Ok(PrefixPage {
        entries,
        next_after,
    })
}

/// The `limit` smallest names behind `after` that are ids; others are not ours to tell of.
fn smallest_ids(
    folder: &Path,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<String>, BlobError> {
    let failed = || BlobError::from_io("list", folder.display());
    let mut smallest = BinaryHeap::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name();
        let Some(name) = name.to_str() else { continue };
        if after.is_none_or(|after| name > after) && BlobPrefix::is_id(name) {
            smallest.push(name.to_owned());
            if smallest.len() > limit {
                smallest.pop();
            }
        }
    }
    Ok(smallest.into_sorted_vec())
}
