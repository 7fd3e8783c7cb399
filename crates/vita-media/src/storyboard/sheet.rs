use std::time::Duration;

use super::layout::{EDGE, HEADER, Layout, MARGIN};
use super::{Panel, rgb_bytes};
use crate::text::{TextStyle, can_set, set_text};

/// A colour in sRGB bytes.
type Color = [u8; 3];

const GROUND: Color = [0x1C, 0x18, 0x15];
const STRIP: Color = [0x0E, 0x0C, 0x0B];
const HOLE: Color = [0x2E, 0x28, 0x23];
const EMPTY: Color = [0x24, 0x1F, 0x1B];
const HAIRLINE: Color = [0x4A, 0x41, 0x38];
const INK: Color = [0xEC, 0xE4, 0xDA];
const QUIET: Color = [0xA3, 0x97, 0x8A];
const AMBER: Color = [0xE6, 0xA2, 0x3E];

/// Holes stand this far apart on a strip's edges.
const HOLE_PITCH: u32 = 32;

/// The pixels of a sheet.
pub(super) struct Sheet {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

/// A rectangle with round corners, in pixels.
#[derive(Clone, Copy)]
struct Rect {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    radius: u32,
}

/// A line of words.
#[derive(Clone, Copy)]
struct Words<'a> {
    text: &'a str,
    x: u32,
    y: u32,
    style: TextStyle,
    color: Color,
}

impl Sheet {
    pub(super) fn draw(layout: &Layout, title: &str, panels: &[Panel]) -> Self {
        let mut sheet = Self {
            width: layout.sheet.width,
            height: layout.sheet.height,
            bytes: GROUND.repeat(rgb_bytes(layout.sheet) / 3),
        };
        sheet.draw_header(title, panels);
        for row in 0..layout.rows {
            sheet.draw_strip(layout, row);
        }
        for (index, panel) in panels.iter().enumerate() {
            sheet.draw_panel(layout, index, panel);
        }
        sheet
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn draw_header(&mut self, title: &str, panels: &[Panel]) {
        let title = if can_set(title) { title } else { "Storyboard" };
        self.write(Words {
            text: title,
            x: MARGIN,
            y: 44,
            style: one_line(40.0, 1_300.0),
            color: INK,
        });
        let whole = panels.iter().map(|panel| panel.duration).sum();
        let scenes = if panels.len() == 1 {
            "1 scene".to_owned()
        } else {
            format!("{} scenes", panels.len())
        };
        let summary = format!("{scenes} · {}", time_code(whole));
        let mask = set_text(&summary, one_line(22.0, 500.0));
        self.write(Words {
            text: &summary,
            x: self.width.saturating_sub(MARGIN + mask.width as u32),
            y: 60,
            style: one_line(22.0, 500.0),
            color: QUIET,
        });
        self.fill(
            Rect {
                x: MARGIN,
                y: HEADER - 12,
                width: self.width - 2 * MARGIN,
                height: 1,
                radius: 0,
            },
            HAIRLINE,
        );
    }

    /// A strip of film with its perforation.
    fn draw_strip(&mut self, layout: &Layout, row: u32) {
        let top = layout.strip_top(row);
        let height = layout.picture.height + 2 * EDGE;
        let strip = Rect {
            x: MARGIN,
            y: top,
            width: self.width - 2 * MARGIN,
            height,
            radius: 5,
        };
        self.fill(strip, STRIP);
        let (hole_width, hole_height) = (16, 11);
        for y in [top + 9, top + height - 9 - hole_height] {
            let mut x = MARGIN + 10;
            while x + hole_width < self.width - MARGIN - 4 {
                let hole = Rect {
                    x,
                    y,
                    width: hole_width,
                    height: hole_height,
                    radius: 3,
                };
                self.fill(hole, HOLE);
                x += HOLE_PITCH;
            }
        }
    }

    fn draw_panel(&mut self, layout: &Layout, index: usize, panel: &Panel) {
        let (x, y) = layout.corner(index);
        let (width, height) = (layout.picture.width, layout.picture.height);
        match &panel.pixels {
            Some(pixels) => self.copy(pixels, (x, y), (width, height)),
            None => self.draw_empty(Rect {
                x,
                y,
                width,
                height,
                radius: 0,
            }),
        }
        let below = y + height + EDGE + 8;
        let number = format!("{}", index + 1);
        let number_style = one_line(23.0, 90.0);
        let indent = set_text(&number, number_style).width as u32 + 12;
        let words = |text, x, y, style, color| Words {
            text,
            x,
            y,
            style,
            color,
        };
        self.write(words(&number, x, below, number_style, AMBER));
        let span = format!(
            "{} · {}",
            time_code(panel.starts_at),
            seconds(panel.duration)
        );
        self.write(words(
            &span,
            x + indent,
            below + 4,
            one_line(17.0, 220.0),
            QUIET,
        ));
        let caption = TextStyle {
            size: 19.0,
            tracking: 0.0,
            width_max: width as f32 - 8.0,
            lines_max: 2,
            is_centered: false,
        };
        self.write(words(&panel.caption, x, below + 32, caption, INK));
    }

    fn draw_empty(&mut self, rect: Rect) {
        self.fill(rect, EMPTY);
        let style = one_line(19.0, rect.width as f32);
        let mask = set_text("no clip yet", style);
        self.write(Words {
            text: "no clip yet",
            x: rect.x + rect.width.saturating_sub(mask.width as u32) / 2,
            y: rect.y + rect.height.saturating_sub(mask.height as u32) / 2,
            style,
            color: QUIET,
        });
    }

    fn mix(&mut self, x: u32, y: u32, color: Color, amount: f32) {
        if x >= self.width || y >= self.height {
            return;
        }
        let at = (y as usize * self.width as usize + x as usize) * 3;
        for (byte, wanted) in self.bytes[at..at + 3].iter_mut().zip(color) {
            let mixed = f32::from(*byte) + (f32::from(wanted) - f32::from(*byte)) * amount;
            *byte = mixed.round() as u8;
        }
    }

    fn fill(&mut self, rect: Rect, color: Color) {
        let radius = rect.radius as f32;
        for row in 0..rect.height {
            for column in 0..rect.width {
                let off = |at: u32, length: u32| {
                    let middle = at as f32 + 0.5;
                    (radius - middle)
                        .max(middle - (length as f32 - radius))
                        .max(0.0)
                };
                let (dx, dy) = (off(column, rect.width), off(row, rect.height));
                let amount = (radius + 0.5 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
                let amount = if rect.radius == 0 { 1.0 } else { amount };
                self.mix(rect.x + column, rect.y + row, color, amount);
            }
        }
    }

    fn copy(&mut self, pixels: &[u8], (x, y): (u32, u32), (width, height): (u32, u32)) {
        let line = width as usize * 3;
        for (row, source) in pixels.chunks_exact(line).take(height as usize).enumerate() {
            let at = ((y as usize + row) * self.width as usize + x as usize) * 3;
            if let Some(target) = self.bytes.get_mut(at..at + line) {
                target.copy_from_slice(source);
            }
        }
    }

    fn write(&mut self, words: Words<'_>) {
        let mask = set_text(words.text, words.style);
        for row in 0..mask.height {
            for column in 0..mask.width {
                let amount = mask.coverage[row * mask.width + column];
                if amount > 0.0 {
                    let (x, y) = (words.x + column as u32, words.y + row as u32);
                    self.mix(x, y, words.color, amount);
                }
            }
        }
    }
}

fn one_line(size: f32, width_max: f32) -> TextStyle {
    TextStyle {
        size,
        tracking: 0.2,
        width_max,
        lines_max: 1,
        is_centered: false,
    }
}

/// Minutes and seconds.
fn time_code(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if (seconds - seconds.round()).abs() < 0.05 {
        format!("{seconds:.0} s")
    } else {
        format!("{seconds:.1} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_people_write_them() {
        assert_eq!(time_code(Duration::from_secs(65)), "01:05");
        assert_eq!(seconds(Duration::from_secs(5)), "5 s");
        assert_eq!(seconds(Duration::from_millis(2_500)), "2.5 s");
    }
}
