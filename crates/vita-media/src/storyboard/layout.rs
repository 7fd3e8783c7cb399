use vita_model::FrameSize;

use super::STORYBOARD_FRAMES_MAX;
use crate::MediaError;

/// Width of every sheet in pixels: sharp when printed on A4.
const SHEET_WIDTH: u32 = 1_920;
/// Space around the sheet's content.
pub(super) const MARGIN: u32 = 64;
/// The title's part of the sheet.
pub(super) const HEADER: u32 = 132;
/// Space between pictures of a strip.
const GAP: u32 = 14;
/// The edges of a strip, which hold its perforation.
pub(super) const EDGE: u32 = 30;
/// Two lines of words and the time below a picture.
pub(super) const CAPTION: u32 = 104;
/// Space between strips.
const LEADING: u32 = 26;

/// Where everything stands on a sheet, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) sheet: FrameSize,
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) picture: FrameSize,
}

impl Layout {
    pub(super) fn of(frames: usize, aspect: FrameSize) -> Result<Self, MediaError> {
        let unplannable = |reason: String| MediaError::Unplannable { reason };
        if frames == 0 || frames > STORYBOARD_FRAMES_MAX {
            let most = STORYBOARD_FRAMES_MAX;
            return Err(unplannable(format!(
                "{frames} frames; a sheet has 1 to {most}"
            )));
        }
        let FrameSize { width, height } = aspect;
        let shape = f64::from(width) / f64::from(height);
        if !(0.2..=5.0).contains(&shape) {
            return Err(unplannable(format!("pictures of {width}×{height}")));
        }
        let is_tall = shape < 0.8;
        let columns = match frames {
            1..=4 if !is_tall => 2,
            1..=9 if !is_tall => 3,
            10..=40 if !is_tall => 4,
            1..=12 => 4,
            _ => 6,
        };
        let frames = frames as u32;
        let across = (SHEET_WIDTH - 2 * MARGIN - (columns + 1) * GAP) / columns;
        let picture = FrameSize {
            width: across,
            height: (f64::from(across) / shape).round() as u32,
        };
        let rows = frames.div_ceil(columns);
        let row = picture.height + 2 * EDGE + CAPTION;
        let down = HEADER + MARGIN + rows * row + (rows - 1) * LEADING + MARGIN / 2;
        Ok(Self {
            sheet: FrameSize {
                width: SHEET_WIDTH,
                height: down.next_multiple_of(2),
            },
            columns,
            rows,
            picture,
        })
    }

    /// The upper edge of a strip.
    pub(super) fn strip_top(&self, row: u32) -> u32 {
        let height = self.picture.height + 2 * EDGE + CAPTION + LEADING;
        HEADER + MARGIN / 2 + row * height
    }

    /// The upper left corner of a picture.
    pub(super) fn corner(&self, index: usize) -> (u32, u32) {
        let (row, column) = (index as u32 / self.columns, index as u32 % self.columns);
        (
            MARGIN + GAP + column * (self.picture.width + GAP),
            self.strip_top(row) + EDGE,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: FrameSize = FrameSize {
        width: 1280,
        height: 720,
    };
    const TALL: FrameSize = FrameSize {
        width: 720,
        height: 1280,
    };

    #[test]
    fn every_picture_is_on_the_sheet() {
        for frames in 1..=STORYBOARD_FRAMES_MAX {
            for aspect in [WIDE, TALL] {
                let layout = Layout::of(frames, aspect).unwrap();
                let (x, y) = layout.corner(frames - 1);
                assert!(x + layout.picture.width + MARGIN <= layout.sheet.width);
                assert!(y + layout.picture.height + EDGE + CAPTION <= layout.sheet.height);
                // JPEG's limit.
                assert!(layout.sheet.height < 65_500, "{frames} {aspect:?}");
            }
        }
    }

    #[test]
    fn sheets_that_make_no_sense_are_refused() {
        assert!(Layout::of(0, WIDE).is_err());
        assert!(Layout::of(STORYBOARD_FRAMES_MAX + 1, WIDE).is_err());
        let line = FrameSize {
            width: 1,
            height: 4000,
        };
        assert!(Layout::of(1, line).is_err());
    }
}
