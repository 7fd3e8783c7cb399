//! Words as pixels, for titles and captions.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};

/// The embedded typeface; see `assets/README.md` for its licence.
static TYPEFACE: LazyLock<FontRef<'static>> = LazyLock::new(|| {
    FontRef::try_from_slice(include_bytes!("../assets/Lato-Regular.ttf"))
        .expect("the embedded typeface is whole; a test reads it")
});

/// How much of each pixel a text covers, row by row.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextMask {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// 0 to 1.
    pub(crate) coverage: Vec<f32>,
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextStyle {
    /// Height of the type in pixels.
    pub(crate) size: f32,
    /// Additional space between characters in pixels.
    pub(crate) tracking: f32,
    /// The longest line in pixels.
    pub(crate) width_max: f32,
    /// More words than fit in so many lines are left out with an ellipsis.
    pub(crate) lines_max: usize,
    pub(crate) is_centered: bool,
}

/// No line shows more; measuring a word of megabytes would take long.
const LINE_CHARS_MAX: usize = 400;

/// The space from line to line, in heights of the type.
const LEADING: f32 = 1.24;

/// True when the typeface has most of the text's characters: a title of empty boxes says nothing.
pub(crate) fn can_set(text: &str) -> bool {
    let (mut known, mut unknown) = (0, 0);
    for character in text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
    {
        if TYPEFACE.glyph_id(character) == GlyphId(0) {
            unknown += 1;
        } else {
            known += 1;
        }
    }
    known > 0 && known >= unknown * 4
}

/// Sets `text`, broken into lines between words. Characters that the typeface lacks are left out.
pub(crate) fn set_text(text: &str, style: TextStyle) -> TextMask {
    let lines = balance(text, style);
    let line_height = style.size * LEADING;
    let widths: Vec<f32> = lines.iter().map(|line| line_width(line, style)).collect();
    let width = widths.iter().copied().fold(0.0, f32::max).ceil() as usize + 2;
    let height = (line_height * lines.len() as f32 + style.size * 0.2).ceil() as usize + 2;
    let mut mask = TextMask {
        width,
        height,
        coverage: vec![0.0; width * height],
    };
    for (index, line) in lines.iter().enumerate() {
        let indent = if style.is_centered {
            (width as f32 - widths[index]) * 0.5
        } else {
            1.0
        };
        let baseline = 1.0 + line_height * index as f32 + style.size * 0.96;
        mask.draw_line(line, (indent, baseline), style);
    }
    mask
}

impl TextMask {
    fn draw_line(&mut self, line: &str, (mut x, baseline): (f32, f32), style: TextStyle) {
        let font = TYPEFACE.as_scaled(PxScale::from(style.size));
        let mut before: Option<GlyphId> = None;
        for character in line.chars() {
            let id = font.glyph_id(character);
            if let Some(before) = before {
                x += font.kern(before, id);
            }
            let glyph = id.with_scale_and_position(style.size, point(x, baseline));
            if let Some(outline) = font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                outline.draw(|column, row, amount| {
                    let column = bounds.min.x as i64 + i64::from(column);
                    let row = bounds.min.y as i64 + i64::from(row);
                    self.cover(column, row, amount);
                });
            }
            x += font.h_advance(id) + style.tracking;
            before = Some(id);
        }
    }

    fn cover(&mut self, column: i64, row: i64, amount: f32) {
        let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else {
            return;
        };
        if column < self.width && row < self.height {
            let pixel = &mut self.coverage[row * self.width + column];
            *pixel = (*pixel + amount).min(1.0);
        }
    }
}

fn line_width(line: &str, style: TextStyle) -> f32 {
    let font = TYPEFACE.as_scaled(PxScale::from(style.size));
    let mut before: Option<GlyphId> = None;
    let mut width = 0.0;
    for character in line.chars() {
        let id = font.glyph_id(character);
        if let Some(before) = before {
            width += font.kern(before, id);
        }
        width += font.h_advance(id) + style.tracking;
        before = Some(id);
    }
    (width - style.tracking).max(0.0)
}

/// Breaks a centred text so that its lines are about equally long: no last word stands alone.
fn balance(text: &str, style: TextStyle) -> Vec<String> {
    let mut lines = break_lines(text, style);
    let is_cut = lines.last().is_some_and(|line| line.ends_with('…'));
    if !style.is_centered || lines.len() < 2 || is_cut {
        return lines;
    }
    let (mut narrow, mut wide) = (style.width_max * 0.4, style.width_max);
    for _ in 0..6 {
        let width_max = (narrow + wide) * 0.5;
        let narrower = break_lines(text, TextStyle { width_max, ..style });
        let is_cut = narrower.last().is_some_and(|line| line.ends_with('…'));
        if narrower.len() == lines.len() && !is_cut {
            lines = narrower;
            wide = width_max;
        } else {
            narrow = width_max;
        }
    }
    lines
}

fn break_lines(text: &str, style: TextStyle) -> Vec<String> {
    let known: String = text
        .chars()
        .map(|c| {
            if c.is_whitespace() || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .filter(|c| *c == ' ' || TYPEFACE.glyph_id(*c) != GlyphId(0))
        .collect();
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in known.split_whitespace() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if line.is_empty() || line_width(&longer, style) <= style.width_max {
            line = longer;
        } else {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
            if lines.len() == style.lines_max {
                break;
            }
        }
    }
    let is_cut = lines.len() == style.lines_max && !line.is_empty();
    if !is_cut && !line.is_empty() {
        lines.push(line);
    }
    for (index, line) in lines.iter_mut().enumerate() {
        shorten(line, is_cut && index + 1 == style.lines_max, style);
    }
    lines
}

/// Cuts a line that is too long, or that more follows, and ends it with an ellipsis.
fn shorten(line: &mut String, is_cut: bool, style: TextStyle) {
    if !is_cut && line_width(line, style) <= style.width_max {
        return;
    }
    let mut kept: Vec<char> = line.chars().take(LINE_CHARS_MAX).collect();
    loop {
        let mut shorter: String = kept.iter().collect();
        shorter.truncate(shorter.trim_end_matches([' ', ',', '.', '-']).len());
        shorter.push('…');
        if kept.len() <= 1 || line_width(&shorter, style) <= style.width_max {
            *line = shorter;
            return;
        }
        kept.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: TextStyle = TextStyle {
        size: 20.0,
        tracking: 0.0,
        width_max: 200.0,
        lines_max: 2,
        is_centered: true,
    };

    #[test]
    fn words_are_set_within_their_width_and_lines() {
        let mask = set_text(
            "A quarterly report about the harvest of last year, in detail",
            STYLE,
        );
        assert!(
            mask.width <= 204 && mask.height <= 60,
            "{}×{}",
            mask.width,
            mask.height
        );
        assert!(mask.coverage.iter().any(|amount| *amount > 0.9));
        assert!(
            mask.coverage
                .iter()
                .all(|amount| (0.0..=1.0).contains(amount))
        );
        let lines = break_lines("A quarterly report about the harvest of last year", STYLE);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
    }

    #[test]
    fn texts_of_any_kind_do_no_harm() {
        for text in [
            "",
            " ",
            "\u{0}\u{1}",
            "漢字",
            "🎬🎬",
            &"W".repeat(100_000),
            "e\u{301}\u{202e}x",
        ] {
            let mask = set_text(text, STYLE);
            assert!(mask.width <= 204, "{} for {} bytes", mask.width, text.len());
        }
    }

    #[test]
    fn scripts_that_the_typeface_lacks_are_told_apart() {
        assert!(can_set("Ein Bericht") && can_set("Отчёт") && can_set("Αναφορά"));
        assert!(!can_set("漢字") && !can_set("🎬") && !can_set("") && !can_set(" \n"));
    }
}
