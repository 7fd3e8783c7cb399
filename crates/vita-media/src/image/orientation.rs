//! How stored pixels are to be turned to be seen upright.

use image::metadata::Orientation;
use vita_model::FrameSize;

use super::Picture;

/// A turn by quarters, perhaps mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn(Orientation);

impl Turn {
    pub(super) const NONE: Self = Self(Orientation::NoTransforms);

    /// The turn that an Exif block asks for. Cameras write it; what can't be read is upright.
    pub(super) fn of_exif(exif: &[u8]) -> Self {
        let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
        Self(Orientation::from_exif_chunk(tiff).unwrap_or(Orientation::NoTransforms))
    }

    fn swaps_sides(self) -> bool {
        matches!(
            self.0,
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        )
    }

    /// The size that a picture of `size` has on the other side of the turn.
    pub(super) fn size_of(self, size: FrameSize) -> FrameSize {
        if self.swaps_sides() {
            FrameSize {
                width: size.height,
                height: size.width,
            }
        } else {
            size
        }
    }

    /// Turns a picture.
    pub(super) fn apply(self, picture: Picture) -> Picture {
        if self == Self::NONE {
            return picture;
        }
        let size = self.size_of(picture.size);
        let (width, height) = (size.width as usize, size.height as usize);
        let stored_width = picture.size.width as usize;
        let mut pixels = Vec::with_capacity(picture.pixels.len());
        for y in 0..height {
            for x in 0..width {
                let (right, bottom) = (width - 1 - x, height - 1 - y);
                let (from_x, from_y) = match self.0 {
                    Orientation::NoTransforms => (x, y),
                    Orientation::FlipHorizontal => (right, y),
                    Orientation::Rotate180 => (right, bottom),
                    Orientation::FlipVertical => (x, bottom),
                    Orientation::Rotate90FlipH => (y, x),
                    Orientation::Rotate90 => (y, right),
                    Orientation::Rotate270FlipH => (bottom, right),
                    Orientation::Rotate270 => (bottom, x),
                };
                let at = (from_y * stored_width + from_x) * 3;
                pixels.extend_from_slice(&picture.pixels[at..at + 3]);
            }
        }
        Picture { size, pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 3×2 whose pixels are numbered, turned by an Exif value.
    fn turned(value: u8) -> (u32, Vec<u8>) {
        let size = FrameSize {
            width: 3,
            height: 2,
        };
        let pixels = (1..=6).flat_map(|number| [number; 3]).collect();
        let turn = Turn(Orientation::from_exif(value).unwrap());
        let picture = turn.apply(Picture { size, pixels });
        let numbers = picture.pixels.chunks_exact(3).map(|pixel| pixel[0]);
        (picture.size.width, numbers.collect())
    }

    #[test]
    fn every_orientation_of_exif_shows_the_picture_upright() {
        // Where row 0 and column 0 of the stored picture are seen, after Exif 2.32 §4.6.4.
        assert_eq!(turned(1), (3, vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(turned(2), (3, vec![3, 2, 1, 6, 5, 4]));
        assert_eq!(turned(3), (3, vec![6, 5, 4, 3, 2, 1]));
        assert_eq!(turned(4), (3, vec![4, 5, 6, 1, 2, 3]));
        assert_eq!(turned(5), (2, vec![1, 4, 2, 5, 3, 6]));
        assert_eq!(turned(6), (2, vec![4, 1, 5, 2, 6, 3]));
        assert_eq!(turned(7), (2, vec![6, 3, 5, 2, 4, 1]));
        assert_eq!(turned(8), (2, vec![3, 6, 2, 5, 1, 4]));
    }

    #[test]
    fn an_exif_block_that_is_none_turns_nothing() {
        for bytes in [
            &b""[..],
            b"Exif\0\0",
            b"II*\0\xff\xff\xff\xff",
            b"MM\0*\0\0\0\x08\xff\xff",
        ] {
            assert_eq!(Turn::of_exif(bytes), Turn::NONE);
        }
    }
}
