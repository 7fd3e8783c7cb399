//! Names of stored files.
//!
//! Invariant: a printed key has exactly three segments, `<area>/<id>/<file>`, of which the first
//! and the last are literals of this module and the middle one holds nothing but ASCII letters,
//! digits, `_`, `-` and `%`. So it has no `..`, no empty segment, no separator too many, and
//! joining it to a folder stays below that folder.

use std::fmt;
use std::str::FromStr;

use vita_model::{GenerationId, ImageFormat, ImageId, JobId};

/// A stored file never changes once it can be asked for, so a browser may keep it for the longest
/// time that HTTP caches agree on (RFC 9111 §1.2.2: a year is as good as for ever); only its own,
/// as it belongs to a person.
const CACHE_CONTROL: &str = "private, max-age=31536000, immutable";

/// Where the files of generations lie.
const GENERATIONS: &str = "generations";
/// Where the files that exports made lie.
const EXPORTS: &str = "exports";
/// Where the pictures lie that people uploaded.
const IMAGES: &str = "images";

/// Which result of an export job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExportFile {
    /// The chosen clips as one film, MP4.
    Film,
    /// The scenes on one sheet, JPEG.
    Storyboard,
}

/// Names one stored file; prints as `generations/gen_…/clip.mp4`, `exports/job_…/film.mp4` or
/// `images/img_…/thumbnail.webp`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey(Kind);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Export(JobId, ExportFile),
    Clip(GenerationId),
    Poster(GenerationId),
    Image(ImageId, ImageFormat),
    Thumbnail(ImageId),
}

/// What a file belongs to; who may see that may see the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlobOwner {
    /// A generation's clip or poster.
    Generation(GenerationId),
    /// What an export job made.
    Export(JobId),
    /// A reference image, or its thumbnail.
    Image(ImageId),
}

/// All files of one generation, of one export or of one reference image; prints as `generations/gen_…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BlobPrefix(BlobOwner);

/// A text names no file that this store could hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a stored file")]
pub struct InvalidKey;

impl BlobKey {
    /// The clip of a generation, MP4.
    pub fn generation_clip(id: &GenerationId) -> Self {
        Self(Kind::Clip(id.clone()))
    }

    /// The poster of a generation's clip, JPEG.
    pub fn generation_poster(id: &GenerationId) -> Self {
        Self(Kind::Poster(id.clone()))
    }

    /// What an export job made.
    pub fn export(id: &JobId, file: ExportFile) -> Self {
        Self(Kind::Export(id.clone(), file))
    }

    /// A reference image, as it was uploaded.
    pub fn reference_image(id: &ImageId, format: ImageFormat) -> Self {
        Self(Kind::Image(id.clone(), format))
    }

    /// The thumbnail of a reference image, WebP.
    pub fn image_thumbnail(id: &ImageId) -> Self {
        Self(Kind::Thumbnail(id.clone()))
    }

    /// Reads a printed key, for example out of an address.
    ///
    /// # Errors
    /// [`InvalidKey`] for everything that the constructors cannot print.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let mut segments = text.split('/');
        let (area, id, file) = (segments.next(), segments.next(), segments.next());
        let (Some(area), Some(id), Some(file), None) = (area, id, file, segments.next()) else {
            return Err(InvalidKey);
        };
        match (area, file) {
            (GENERATIONS, "clip.mp4") => Ok(Self(Kind::Clip(parse_id(id)?))),
            (GENERATIONS, "poster.jpg") => Ok(Self(Kind::Poster(parse_id(id)?))),
            (EXPORTS, "film.mp4") => Ok(Self::export(&parse_id(id)?, ExportFile::Film)),
            (EXPORTS, "storyboard.jpg") => Ok(Self::export(&parse_id(id)?, ExportFile::Storyboard)),
            (IMAGES, "thumbnail.webp") => Ok(Self(Kind::Thumbnail(parse_id(id)?))),
            (IMAGES, file) => {
                let format = ImageFormat::ALL
                    .into_iter()
                    .find(|format| original_name(*format) == file)
                    .ok_or(InvalidKey)?;
                Ok(Self(Kind::Image(parse_id(id)?, format)))
            }
            _ => Err(InvalidKey),
        }
    }

    /// The file's own name, such as `clip.mp4`: fit to be offered for a download.
    pub const fn file_name(&self) -> &'static str {
        match self.0 {
            Kind::Clip(_) => "clip.mp4",
            Kind::Poster(_) => "poster.jpg",
            Kind::Export(_, ExportFile::Film) => "film.mp4",
            Kind::Export(_, ExportFile::Storyboard) => "storyboard.jpg",
            Kind::Image(_, format) => original_name(format),
            Kind::Thumbnail(_) => "thumbnail.webp",
        }
    }

    /// The value of the header `Content-Type`.
    pub const fn content_type(&self) -> &'static str {
        match self.0 {
            Kind::Clip(_) | Kind::Export(_, ExportFile::Film) => "video/mp4",
            Kind::Poster(_)
            | Kind::Export(_, ExportFile::Storyboard)
            | Kind::Image(_, ImageFormat::Jpeg) => "image/jpeg",
            Kind::Image(_, ImageFormat::Png) => "image/png",
            Kind::Image(_, ImageFormat::Webp) | Kind::Thumbnail(_) => "image/webp",
        }
    }

    /// The value of the header `Cache-Control`.
    pub const fn cache_control(&self) -> &'static str {
        CACHE_CONTROL
    }

    /// What the file belongs to.
    pub fn owner_part(&self) -> BlobOwner {
        match &self.0 {
            Kind::Clip(id) | Kind::Poster(id) => BlobOwner::Generation(id.clone()),
            Kind::Export(id, _) => BlobOwner::Export(id.clone()),
            Kind::Image(id, _) | Kind::Thumbnail(id) => BlobOwner::Image(id.clone()),
        }
    }

    /// All files of what this file belongs to.
    pub fn prefix(&self) -> BlobPrefix {
        BlobPrefix(self.owner_part())
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.prefix(), self.file_name())
    }
}

impl FromStr for BlobKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        Self::parse(text)
    }
}

impl BlobPrefix {
    /// Every area that a store has, in the order in which prefixes sort.
    pub(crate) const AREAS: [&'static str; 3] = [EXPORTS, GENERATIONS, IMAGES];

    /// All files of a generation.
    pub fn generation(id: &GenerationId) -> Self {
        Self(BlobOwner::Generation(id.clone()))
    }

    /// All files of an export.
    pub fn export(id: &JobId) -> Self {
        Self(BlobOwner::Export(id.clone()))
    }

    /// All files of a reference image.
    pub fn image(id: &ImageId) -> Self {
        Self(BlobOwner::Image(id.clone()))
    }

    /// Reads a printed prefix.
    ///
    /// # Errors
    /// [`InvalidKey`] for everything that the constructors cannot print.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let (area, id) = text.split_once('/').ok_or(InvalidKey)?;
        match area {
            GENERATIONS => Ok(Self(BlobOwner::Generation(parse_id(id)?))),
            EXPORTS => Ok(Self(BlobOwner::Export(parse_id(id)?))),
            IMAGES => Ok(Self(BlobOwner::Image(parse_id(id)?))),
            _ => Err(InvalidKey),
        }
    }

    /// Whether a text can stand for the id in a prefix.
    pub(crate) fn is_id(text: &str) -> bool {
        GenerationId::parse(text).is_ok()
    }

    /// What the files belong to.
    pub const fn owner(&self) -> &BlobOwner {
        &self.0
    }

    /// The first segment.
    pub(crate) const fn area(&self) -> &'static str {
        match self.0 {
            BlobOwner::Generation(_) => GENERATIONS,
            BlobOwner::Export(_) => EXPORTS,
            BlobOwner::Image(_) => IMAGES,
        }
    }

    /// The second segment.
    pub(crate) fn id_segment(&self) -> Segment<'_> {
        match &self.0 {
            BlobOwner::Generation(id) => Segment(id.as_str()),
            BlobOwner::Export(id) => Segment(id.as_str()),
            BlobOwner::Image(id) => Segment(id.as_str()),
        }
    }
}

impl fmt::Display for BlobPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.area(), self.id_segment())
    }
}

const fn original_name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Jpeg => "original.jpg",
        ImageFormat::Png => "original.png",
        ImageFormat::Webp => "original.webp",
    }
}

fn parse_id<K>(text: &str) -> Result<vita_model::Id<K>, InvalidKey> {
    vita_model::Id::parse(text).map_err(|_| InvalidKey)
}

/// An id as a segment of a path. Ids that a request could carry print as they are. An id that got
/// around the check when it was read (it says that it was written by this installation) must not
/// get out of its folder either, so every other byte is written as `%` and two digits, and the
/// empty id, which would name the whole area, as `%`; no key that is parsed can name those.
pub(crate) struct Segment<'a>(&'a str);

impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("%");
        }
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    fn keys_of(id: &str) -> [BlobKey; 8] {
        let generation = GenerationId::from_trusted(id);
        let job = JobId::from_trusted(id);
        let image = ImageId::from_trusted(id);
        [
            BlobKey::generation_clip(&generation),
            BlobKey::generation_poster(&generation),
            BlobKey::export(&job, ExportFile::Film),
            BlobKey::export(&job, ExportFile::Storyboard),
            BlobKey::reference_image(&image, ImageFormat::Jpeg),
            BlobKey::reference_image(&image, ImageFormat::Png),
            BlobKey::reference_image(&image, ImageFormat::Webp),
            BlobKey::image_thumbnail(&image),
        ]
    }

    #[test]
    fn keys_print_as_paths_and_know_their_type() {
        let [clip, poster, film, sheet, .., webp, thumbnail] = keys_of("gen_1");
        assert_eq!(clip.to_string(), "generations/gen_1/clip.mp4");
        assert_eq!(poster.to_string(), "generations/gen_1/poster.jpg");
        assert_eq!(film.to_string(), "exports/gen_1/film.mp4");
        assert_eq!(sheet.to_string(), "exports/gen_1/storyboard.jpg");
        assert_eq!(webp.to_string(), "images/gen_1/original.webp");
        assert_eq!(thumbnail.to_string(), "images/gen_1/thumbnail.webp");
        assert_eq!(thumbnail.content_type(), "image/webp");
        assert_eq!(clip.content_type(), "video/mp4");
        assert_eq!(sheet.content_type(), "image/jpeg");
        assert_eq!(clip.prefix().to_string(), "generations/gen_1");
        assert_eq!(BlobPrefix::parse("generations/gen_1"), Ok(clip.prefix()));
    }

    #[test]
    fn what_no_constructor_prints_is_no_key() {
        for text in [
            "",
            "/",
            "generations",
            "generations/gen_1",
            "generations/gen_1/film.mp4",
            "generations/gen_1/clip.mp4/",
            "/generations/gen_1/clip.mp4",
            "generations//clip.mp4",
            "generations/../clip.mp4",
            "generations/%/clip.mp4",
            "generations/%2e%2e/clip.mp4",
            "generations/gen_1\0/clip.mp4",
            "generations\\gen_1\\clip.mp4",
            "exports/job_1/clip.mp4",
            "images/img_1/original",
            "images/img_1/original.gif",
            "images/img_1/clip.mp4",
            "../../etc/passwd",
        ] {
            assert_eq!(BlobKey::parse(text), Err(InvalidKey), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_key_of_any_id_stays_in_its_own_folder(id in ".{0,80}") {
            for key in keys_of(&id) {
                let text = key.to_string();
                let components: Vec<_> = Path::new(&text).components().collect();
                prop_assert_eq!(components.len(), 3);
                prop_assert!(components.iter().all(|part| matches!(part, Component::Normal(_))));
                prop_assert!(!text.contains('\0'));
            }
        }

        #[test]
        fn printed_keys_come_back(id in "[A-Za-z0-9_-]{1,64}") {
            for key in keys_of(&id) {
                prop_assert_eq!(BlobKey::parse(&key.to_string()), Ok(key.clone()));
                let prefix = key.prefix();
                prop_assert_eq!(BlobPrefix::parse(&prefix.to_string()), Ok(prefix));
            }
        }

        #[test]
        fn whatever_is_accepted_is_what_the_constructors_print(
            text in "(generations|exports|images|[a-z/.%]{0,12})(/|//|/\\.\\./)[a-z0-9_.%/-]{0,12}/(clip.mp4|poster.jpg|film.mp4|original.png|[a-z./]{0,9})"
        ) {
            if let Ok(key) = BlobKey::parse(&text) {
                prop_assert_eq!(key.to_string(), text);
            }
        }

        #[test]
        fn different_ids_never_share_a_folder(left in ".{0,12}", right in ".{0,12}") {
            prop_assume!(left != right);
            let prefix = |id: &str| BlobPrefix::generation(&GenerationId::from_trusted(id));
            prop_assert_ne!(prefix(&left).to_string(), prefix(&right).to_string());
        }
    }
}
