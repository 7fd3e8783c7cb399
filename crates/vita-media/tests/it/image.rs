//! Pictures that people upload: good ones, odd ones and hostile ones. All are made here.

use std::time::{Duration, Instant};

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use turbojpeg::{Compressor, PixelFormat, Subsamp};
use vita_media::image::{
    BACKGROUND, ImageError, ImageLimits, Picture, THUMBNAIL_SIDE, inspect, load_cover,
    make_thumbnail,
};
use vita_model::{FrameSize, ImageFormat};

/// What takes longer hangs, on however busy a machine: unbounded, these pictures take many minutes.
const HANG: Duration = Duration::from_mins(1);

/// A picture whose quarters differ: red, green above, blue, white below.
fn quarters(width: usize, height: usize) -> Vec<u8> {
    let color = |x: usize, y: usize| match (x * 2 < width, y * 2 < height) {
        (true, true) => [220, 20, 20],
        (false, true) => [20, 200, 20],
        (true, false) => [20, 20, 220],
        (false, false) => [240, 240, 240],
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    places.flat_map(|(x, y)| color(x, y)).collect()
}

fn jpeg_of(pixels: &[u8], size: (usize, usize), format: PixelFormat, progressive: bool) -> Vec<u8> {
    let mut compressor = Compressor::new().unwrap();
    compressor.set_quality(90).unwrap();
    compressor.set_progressive(progressive).unwrap();
    compressor.set_subsamp(Subsamp::Sub2x2).unwrap();
    if format == PixelFormat::GRAY {
        compressor.set_subsamp(Subsamp::Gray).unwrap();
    }
    let image = turbojpeg::Image {
        pixels,
        width: size.0,
        pitch: size.0 * format.size(),
        height: size.1,
        format,
    };
    compressor.compress_to_vec(image).unwrap()
}

fn jpeg(width: usize, height: usize) -> Vec<u8> {
    let pixels = quarters(width, height);
    jpeg_of(&pixels, (width, height), PixelFormat::RGB, false)
}

fn progressive(width: usize, height: usize) -> Vec<u8> {
    let pixels = quarters(width, height);
    jpeg_of(&pixels, (width, height), PixelFormat::RGB, true)
}

fn png_of(bytes: &[u8], (width, height): (u32, u32), color: ExtendedColorType) -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = PngEncoder::new(&mut file);
    encoder.write_image(bytes, width, height, color).unwrap();
    file
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let pixels = quarters(width as usize, height as usize);
    png_of(&pixels, (width, height), ExtendedColorType::Rgb8)
}

fn webp(width: u32, height: u32, lossless: bool) -> Vec<u8> {
    let pixels = quarters(width as usize, height as usize);
    let encoder = webp::Encoder::from_rgb(&pixels, width, height);
    encoder.encode_simple(lossless, 90.0).unwrap().to_vec()
}

/// An Exif block with an orientation and a place on Earth.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0x26]);
    tiff.extend(b"\0\0\0\0GPS 48.137154N 11.576124E");
    tiff
}

fn with_exif_in_jpeg(file: &[u8], orientation: u8) -> Vec<u8> {
    let block = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
    let length = (block.len() as u16 + 2).to_be_bytes();
    [&file[..2], &[0xFF, 0xE1], &length, &block, &file[2..]].concat()
}

/// A PNG chunk; its checksum is right.
fn png_chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 {
                    0xEDB8_8320 ^ (crc >> 1)
                } else {
                    crc >> 1
                }
            })
        };
        !bytes.iter().fold(u32::MAX, step)
    };
    let body = [name.as_slice(), content].concat();
    let length = (content.len() as u32).to_be_bytes();
    [length.as_slice(), &body, &crc(&body).to_be_bytes()].concat()
}

/// Puts a chunk behind the first one, which holds the size.
fn with_png_chunk(file: &[u8], name: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&file[..33], &png_chunk(name, content), &file[33..]].concat()
}

fn cover(file: &[u8], width: u32, height: u32) -> Picture {
    load_cover(file, FrameSize { width, height }, &ImageLimits::default()).unwrap()
}

fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 3] {
    let at = ((y * picture.size.width + x) * 3) as usize;
    picture.pixels[at..at + 3].try_into().unwrap()
}

/// The colours of the four quarters as letters, row by row.
fn seen(picture: &Picture) -> String {
    let FrameSize { width, height } = picture.size;
    let places = [(1, 1), (3, 1), (1, 3), (3, 3)];
    let letter = |(x, y): (u32, u32)| match pixel(picture, x * width / 4, y * height / 4) {
        [r, g, b] if r > 180 && g > 180 && b > 180 => 'w',
        [r, g, b] if r > 150 && g < 90 && b < 90 => 'r',
        [r, g, b] if g > 150 && r < 90 && b < 90 => 'g',
        [r, g, b] if b > 150 && r < 90 && g < 90 => 'b',
        _ => '?',
    };
    places.into_iter().map(letter).collect()
}

fn refusal(file: &[u8]) -> String {
    let error = make_thumbnail(file, &ImageLimits::default()).unwrap_err();
    assert!(error.is_files_fault(), "{error}");
    error.to_string()
}

#[test]
fn every_format_becomes_the_same_square() {
    let files = [
        (ImageFormat::Jpeg, jpeg(900, 600)),
        (ImageFormat::Jpeg, progressive(900, 600)),
        (ImageFormat::Png, png(900, 600)),
        (ImageFormat::Webp, webp(900, 600, false)),
        (ImageFormat::Webp, webp(900, 600, true)),
    ];
    for (kind, file) in files {
        let facts = inspect(&file, &ImageLimits::default()).unwrap();
        let size = FrameSize {
            width: 900,
            height: 600,
        };
        assert_eq!((facts.format, facts.size), (kind, size));
        let thumbnail = make_thumbnail(&file, &ImageLimits::default()).unwrap();
        let again = inspect(&thumbnail, &ImageLimits::default()).unwrap();
        assert_eq!(again.format, ImageFormat::Webp);
        assert_eq!((again.size.width, again.size.height), (256, 256));
        assert_eq!(seen(&cover(&thumbnail, 256, 256)), "rgbw", "{kind:?}");
    }
}

#[test]
fn a_frame_of_any_shape_is_filled() {
    for (width, height) in [
        (640, 360),
        (360, 640),
        (500, 500),
        (1280, 720),
        (1, 1),
        (7, 300),
    ] {
        let picture = cover(&jpeg(900, 600), width, height);
        assert_eq!(picture.size, FrameSize { width, height });
        assert_eq!(picture.pixels.len() as u32, width * height * 3);
        if width > 4 && height > 4 {
            assert_eq!(seen(&picture), "rgbw");
        }
    }
}

#[test]
fn the_orientation_of_exif_is_applied_and_nothing_of_exif_is_kept() {
    // Where the stored quarters r g / b w are seen.
    let expected = [
        "rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb",
    ];
    for (orientation, expect) in (1..).zip(expected) {
        let upright = FrameSize {
            width: 900,
            height: 600,
        };
        let jpeg = with_exif_in_jpeg(&jpeg(900, 600), orientation);
        let png = with_png_chunk(&png(900, 600), *b"eXIf", &exif(orientation));
        for file in [jpeg, png] {
            let facts = inspect(&file, &ImageLimits::default()).unwrap();
            let is_turned = orientation > 4;
            assert_eq!(
                facts.size.width,
                if is_turned {
                    upright.height
                } else {
                    upright.width
                }
            );
            assert_eq!(seen(&cover(&file, 300, 200)), expect, "{orientation}");
            let thumbnail = make_thumbnail(&file, &ImageLimits::default()).unwrap();
            assert_eq!(seen(&cover(&thumbnail, 256, 256)), expect, "{orientation}");
            let text = String::from_utf8_lossy(&thumbnail);
            assert!(!text.contains("GPS") && !text.contains("Exif") && !text.contains("EXIF"));
            // One simple chunk has no place for metadata at all.
            assert_eq!(&thumbnail[12..16], b"VP8 ");
            let length = u32::from_le_bytes(thumbnail[16..20].try_into().unwrap());
            assert!(thumbnail.len() - 20 - length as usize <= 1);
        }
    }
}

#[test]
fn grey_ink_and_deep_pictures_are_read() {
    let grey = vec![120; 300 * 200];
    for file in [
        jpeg_of(&grey, (300, 200), PixelFormat::GRAY, false),
        jpeg_of(&grey, (300, 200), PixelFormat::GRAY, true),
        png_of(&grey, (300, 200), ExtendedColorType::L8),
    ] {
        let [r, g, b] = pixel(&cover(&file, 60, 60), 30, 30);
        assert!(r == g && g == b && (118..=122).contains(&r), "{r} {g} {b}");
    }
    // Cyan, magenta, yellow and black as light that is left: what Adobe's programs write.
    let ink = [250, 40, 40, 200].repeat(300 * 200);
    let file = jpeg_of(&ink, (300, 200), PixelFormat::CMYK, false);
    let [r, g, b] = pixel(&cover(&file, 60, 60), 30, 30);
    assert!(r > 180 && g < 50 && b < 50, "{r} {g} {b}");
    // Without Adobe's mark the same bytes are ink: much cyan, little of the others, much black.
    let mut compressor = Compressor::new().unwrap();
    compressor.set_subsamp(Subsamp::None).unwrap();
    compressor
        .set_colorspace(turbojpeg::Colorspace::CMYK)
        .unwrap();
    let image = turbojpeg::Image {
        pixels: ink.as_slice(),
        width: 300,
        pitch: 1200,
        height: 200,
        format: PixelFormat::CMYK,
    };
    let mut plain = compressor.compress_to_vec(image).unwrap();
    let adobe = plain
        .windows(5)
        .position(|bytes| bytes == b"Adobe")
        .unwrap();
    plain[adobe] = b'X';
    let [r, g, b] = pixel(&cover(&plain, 60, 60), 30, 30);
    assert!(
        r < 10 && (40..55).contains(&g) && (40..55).contains(&b),
        "{r} {g} {b}"
    );

    let deep: Vec<u8> = [0xC000_u16, 0x4000, 0x1000]
        .map(u16::to_ne_bytes)
        .concat()
        .repeat(100 * 80);
    let file = png_of(&deep, (100, 80), ExtendedColorType::Rgb16);
    assert_eq!(pixel(&cover(&file, 20, 20), 9, 9), [0xC0, 0x40, 0x10]);
}

#[test]
fn what_is_transparent_lies_on_a_neutral_ground() {
    let clear = [10, 200, 30, 0].repeat(64 * 64);
    let mut files = vec![png_of(&clear, (64, 64), ExtendedColorType::Rgba8)];
    for lossless in [false, true] {
        let encoder = webp::Encoder::from_rgba(&clear, 64, 64);
        files.push(encoder.encode_simple(lossless, 90.0).unwrap().to_vec());
    }
    for file in files {
        let ground = pixel(&cover(&file, 32, 32), 16, 16);
        let far = ground
            .iter()
            .zip(BACKGROUND)
            .map(|(a, b)| a.abs_diff(b))
            .max();
        assert!(far <= Some(1), "{ground:?}");
    }
}

#[test]
fn of_an_animation_the_first_frame_is_shown() {
    let frame = |color: [u8; 3]| {
        let pixels = color.repeat(40 * 40);
        let encoder = webp::Encoder::from_rgb(&pixels, 40, 40);
        encoder.encode_simple(true, 75.0).unwrap()[12..].to_vec()
    };
    let chunk = |name: [u8; 4], content: &[u8]| {
        [
            name.as_slice(),
            &(content.len() as u32).to_le_bytes(),
            content,
        ]
        .concat()
    };
    // A frame: place 0,0, size 40×40 less one each, 100 ms, no blending.
    let head = [0, 0, 0, 0, 0, 0, 39, 0, 0, 39, 0, 0, 100, 0, 0, 2];
    let body = [
        chunk(*b"VP8X", &[2, 0, 0, 0, 39, 0, 0, 39, 0, 0]),
        chunk(*b"ANIM", &[0, 0, 0, 0, 0, 0]),
        chunk(*b"ANMF", &[head.as_slice(), &frame([220, 20, 20])].concat()),
        chunk(*b"ANMF", &[head.as_slice(), &frame([20, 20, 220])].concat()),
    ];
    let body = [b"WEBP".to_vec(), body.concat()].concat();
    let file = chunk(*b"RIFF", &body);
    assert_eq!(pixel(&cover(&file, 20, 20), 9, 9), [220, 20, 20]);

    // An animated PNG whose first picture is its first frame.
    let still = png_of(
        &[220, 20, 20].repeat(40 * 40),
        (40, 40),
        ExtendedColorType::Rgb8,
    );
    let control = [0_u32, 40, 40, 0, 0].map(u32::to_be_bytes).concat();
    let control = [control, vec![0, 1, 0, 10, 0, 0]].concat();
    let file = with_png_chunk(&still, *b"fcTL", &control);
    let file = with_png_chunk(&file, *b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]);
    assert_eq!(pixel(&cover(&file, 20, 20), 9, 9), [220, 20, 20]);
}

#[test]
fn slivers_are_enlarged_and_nothing_is_refused() {
    for file in [
        jpeg(1, 900),
        jpeg(900, 1),
        png(1, 1),
        png(1, 5000),
        webp(3, 1, true),
    ] {
        let thumbnail = make_thumbnail(&file, &ImageLimits::default()).unwrap();
        let facts = inspect(&thumbnail, &ImageLimits::default()).unwrap();
        assert_eq!(facts.size.width, THUMBNAIL_SIDE);
    }
}

#[test]
fn what_is_too_large_by_its_header_is_refused_before_anything_is_allocated() {
    let started = Instant::now();
    let mut bomb = png(8, 8);
    bomb[16..24].copy_from_slice(&[50_000_u32, 50_000].map(u32::to_be_bytes).concat());
    assert!(refusal(&bomb).contains("50000×50000"), "{}", refusal(&bomb));

    let mut bomb = jpeg(8, 8);
    let frame = bomb.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    bomb[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
    assert!(refusal(&bomb).contains("65535×65535"));

    // The file says one pixel, its frame the largest that there is.
    let mut frame = webp(8, 8, false)[12..].to_vec();
    frame[14..18].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    let canvas = [b"VP8X\x0a\0\0\0".as_slice(), &[0; 10]].concat();
    let body = [b"WEBP".to_vec(), canvas, frame].concat();
    let file = [
        b"RIFF".as_slice(),
        &(body.len() as u32).to_le_bytes(),
        &body,
    ]
    .concat();
    assert!(refusal(&file).contains("16383×16383"), "{}", refusal(&file));

    // A progressive file needs all its coefficients at once.
    let mut deep = progressive(8, 8);
    let frame = deep.windows(2).position(|two| two == [0xFF, 0xC2]).unwrap();
    deep[frame + 5..frame + 9].copy_from_slice(&[8_000_u16, 8_000].map(u16::to_be_bytes).concat());
    let limits = ImageLimits {
        memory_max: 100 << 20,
        ..ImageLimits::default()
    };
    let error = make_thumbnail(&deep, &limits).unwrap_err();
    assert!(matches!(error, ImageError::TooMuchMemory { .. }), "{error}");

    // Sixteen bits make twice as much.
    let mut wide = png_of(&[0; 8], (1, 1), ExtendedColorType::Rgba16);
    let size = [8_000_u32, 8_000].map(u32::to_be_bytes).concat();
    let header = [&size[..], &[16, 6, 0, 0, 0]].concat();
    wide.splice(8..33, png_chunk(*b"IHDR", &header));
    assert!(refusal(&wide).contains("489 MiB"), "{}", refusal(&wide));
    assert!(started.elapsed() < HANG);
}

#[test]
fn a_file_over_the_limit_is_refused_by_its_length() {
    let limits = ImageLimits {
        bytes_max: 100,
        ..ImageLimits::default()
    };
    let error = inspect(&png(64, 64), &limits).unwrap_err();
    assert!(matches!(error, ImageError::FileTooLarge { max: 100, .. }));
}

#[test]
fn zero_sizes_and_fragments_are_refused() {
    let mut empty = png(8, 8);
    let header = [&[0; 8][..], &[8, 2, 0, 0, 0]].concat();
    empty.splice(8..33, png_chunk(*b"IHDR", &header));
    assert!(refusal(&empty).contains("no pixels"));
    let mut flat = jpeg(8, 8);
    let frame = flat.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    flat[frame + 5..frame + 7].copy_from_slice(&[0, 0]);
    assert!(refusal(&flat).contains("no pixels"));

    for file in [
        jpeg(300, 300),
        progressive(300, 300),
        png(300, 300),
        webp(300, 300, false),
    ] {
        for length in [12, 20, 24, 40, file.len() / 3, file.len() * 9 / 10] {
            let error = refusal(&file[..length.min(file.len())]);
            assert!(!error.is_empty());
        }
    }
}

#[test]
fn kinds_of_jpeg_that_browsers_do_not_show_are_named() {
    for (marker, word) in [
        (0xC3, "lossless"),
        (0xC9, "arithmetic"),
        (0xC5, "hierarchical"),
    ] {
        let mut file = jpeg(8, 8);
        let frame = file.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
        file[frame + 1] = marker;
        assert!(refusal(&file).contains(word));
    }
    let mut twelve = jpeg(8, 8);
    let frame = twelve
        .windows(2)
        .position(|two| two == [0xFF, 0xC0])
        .unwrap();
    twelve[frame + 4] = 12;
    assert!(refusal(&twelve).contains("eight bits"));
}

#[test]
fn a_jpeg_with_rubbish_before_its_end_is_shown_as_browsers_do() {
    let file = jpeg(300, 200);
    let end = file.len() - 2;
    let file = [&file[..end], &[0x12, 0x34, 0x56], &file[end..]].concat();
    assert_eq!(seen(&cover(&file, 60, 40)), "rgbw");
}

/// A progressive file whose last scan comes thousands of times more.
#[test]
fn a_bomb_of_scans_is_given_up() {
    let file = progressive(1_000, 1_000);
    let last = file
        .windows(2)
        .rposition(|two| two == [0xFF, 0xDA])
        .unwrap();
    let end = file.len() - 2;
    let scan = &file[last..end];
    let bomb = [&file[..end], &scan.repeat(3_000), &file[end..]].concat();
    let started = Instant::now();
    assert!(
        refusal(&bomb).contains("too many steps"),
        "{}",
        refusal(&bomb)
    );
    assert!(started.elapsed() < HANG, "{:?}", started.elapsed());
}

/// Chunks that are small in the file and huge in memory.
#[test]
fn a_bomb_beside_the_pixels_is_refused() {
    let zeroes = png_of(
        &vec![0; 6_000 * 6_000],
        (6_000, 6_000),
        ExtendedColorType::L8,
    );
    let data = zeroes.windows(4).position(|name| name == b"IDAT").unwrap();
    let length = u32::from_be_bytes(zeroes[data - 4..data].try_into().unwrap()) as usize;
    let compressed = &zeroes[data + 4..data + 4 + length];
    let profile = [b"x\0\0".as_slice(), compressed].concat();
    let file = with_png_chunk(&png(8, 8), *b"iCCP", &profile);
    // Either it is refused or the profile is not unpacked; the pixels are good.
    if let Err(error) = make_thumbnail(&file, &ImageLimits::default()) {
        assert!(error.is_files_fault(), "{error}");
    }
    let text = [b"Comment\0\0".as_slice(), compressed].concat();
    let file = with_png_chunk(&png(8, 8), *b"zTXt", &text);
    make_thumbnail(&file, &ImageLimits::default()).unwrap();
}

#[test]
fn a_picture_that_takes_too_long_is_given_up() {
    let file = png_of(
        &vec![0; 5_000 * 5_000],
        (5_000, 5_000),
        ExtendedColorType::L8,
    );
    let limits = ImageLimits {
        time_max: Duration::from_micros(1),
        ..ImageLimits::default()
    };
    let error = make_thumbnail(&file, &limits).unwrap_err();
    assert!(matches!(error, ImageError::TookTooLong(_)), "{error}");
}

/// A generator of numbers that are the same in every run (Vigna, `SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// A limit that only small pictures pass, so that damage to sizes is quick to find.
fn small() -> ImageLimits {
    ImageLimits {
        pixels_max: 4_000_000,
        memory_max: 32 << 20,
        ..ImageLimits::default()
    }
}

/// What is made of any bytes is a thumbnail or an error that names the file.
fn survive(file: &[u8]) {
    let started = Instant::now();
    match make_thumbnail(file, &small()) {
        Ok(thumbnail) => assert!(inspect(&thumbnail, &small()).is_ok()),
        Err(error) => assert!(error.is_files_fault(), "{error}"),
    }
    assert!(started.elapsed() < HANG, "{} bytes", file.len());
}

#[test]
fn random_bytes_behind_any_magic_harm_nothing() {
    let mut numbers = Numbers(1);
    let heads: [&[u8]; 6] = [
        b"",
        b"\xFF\xD8\xFF",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"RIFF\x40\0\0\0WEBPVP8 ",
        b"RIFF\x40\0\0\0WEBPVP8L",
        b"RIFF\x40\0\0\0WEBPVP8X",
    ];
    for round in 0..1_200 {
        let length = numbers.below(600);
        let noise = (0..length).map(|_| numbers.next() as u8);
        let file: Vec<u8> = heads[round % heads.len()]
            .iter()
            .copied()
            .chain(noise)
            .collect();
        survive(&file);
    }
}

#[test]
fn damaged_pictures_harm_nothing() {
    let mut numbers = Numbers(2);
    let clear: Vec<u8> = (0..48 * 40)
        .flat_map(|n| [n as u8, 9, 90, (n / 7) as u8])
        .collect();
    let files = [
        jpeg(67, 45),
        progressive(67, 45),
        with_exif_in_jpeg(&jpeg(40, 30), 6),
        jpeg_of(&[90; 50 * 40 * 4], (50, 40), PixelFormat::CMYK, true),
        png(48, 40),
        png_of(&clear, (48, 40), ExtendedColorType::Rgba8),
        with_png_chunk(&png(20, 20), *b"eXIf", &exif(8)),
        webp(48, 40, false),
        webp(48, 40, true),
        webp::Encoder::from_rgba(&clear, 48, 40)
            .encode(70.0)
            .to_vec(),
    ];
    for round in 0..4_000 {
        let mut file = files[round % files.len()].clone();
        for _ in 0..=numbers.below(4) {
            let at = numbers.below(file.len());
            match numbers.below(5) {
                0 => file[at] = numbers.next() as u8,
                1 => file[at] ^= 1 << numbers.below(8),
                2 => file[at] = [0, 0xFF, 0x7F, 0x80][numbers.below(4)],
                3 => {
                    let end = (at + numbers.below(40)).min(file.len());
                    file.drain(at..end);
                }
                _ => {
                    let piece = file[at..(at + numbers.below(40)).min(file.len())].to_vec();
                    let to = numbers.below(file.len());
                    file.splice(to..to, piece);
                }
            }
            if file.is_empty() {
                break;
            }
        }
        survive(&file);
    }
}
