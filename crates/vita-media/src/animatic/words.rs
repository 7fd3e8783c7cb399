//! The lists of words that a prompt is read with.
//!
//! Patterns are separated by commas. `*` at the end of one matches any ending; a blank matches words
//! in a row. The order of the entries is their priority.

use super::scene::{CameraMove, Mood, Season, Style, Terrain, TimeOfDay, Weather};

/// One value and the patterns that stand for it.
pub(super) type Entry<T> = (T, &'static str);

// The order is the priority: "a city by the sea below the mountains" is a city. What fills the
// picture most stands first.
pub(super) const TERRAINS: &[Entry<Terrain>] = &[
    (
        Terrain::Space,
        "outer space, deep space, space, planet*, galax*, nebula*, cosmos, cosmic, \
         asteroid*, spaceship, ships, spacecraft*, astronaut*, universe, saturn, mars, \
         jupiter, interstellar, black hole",
    ),
    (
        Terrain::City,
        "city, cities, cityscape*, skyline*, downtown, skyscraper*, metropolis, urban, \
         street*, manhattan, tokyo, neon, cyberpunk, buildings, rooftop*",
    ),
    (
        Terrain::Island,
        "island*, archipelago, atoll*, lagoon*, tropical",
    ),
    (
        Terrain::Canyon,
        "canyon*, gorge*, mesa, mesas, butte*, badlands, ravine*",
    ),
    (
        Terrain::Lake,
        "lake*, river*, fjord*, pond*, reservoir, loch, reflection*",
    ),
    (
        Terrain::Sea,
        "sea, seas, seascape*, ocean*, beach*, coast*, wave, waves, shore*, harbour*, \
         harbor*, sail*, surf, bay, lighthouse*, boat*, ship, ships",
    ),
    (
        Terrain::Forest,
        "forest*, wood, woods, woodland*, jungle*, rainforest*, tree*, taiga, pine, \
         pines, redwood*, grove*, bamboo",
    ),
    (
        Terrain::Desert,
        "desert*, dune, dunes, sahara, sand, sands, sandy, oasis, camel*",
    ),
    (
        Terrain::Mountains,
        "mountain*, alps, alpine, peak, peaks, summit*, himalaya*, andes, rockies, \
         everest, glacier*, cliff*, volcano*",
    ),
    (
        Terrain::Hills,
        "hill, hills, hilly, meadow*, field, fields, countryside, valley*, grassland*, \
         prairie*, pasture*, farm*, vineyard*, tuscany, landscape*, village*, moor*, \
         steppe*, savanna*",
    ),
    (
        Terrain::NightSky,
        "night sky, starry, stars, star, milky way, constellation*, stargazing, aurora*, \
         northern lights, meteor*",
    ),
];

pub(super) const TIMES: &[Entry<TimeOfDay>] = &[
    (
        TimeOfDay::GoldenHour,
        "golden hour, golden light, golden, late afternoon",
    ),
    (
        TimeOfDay::BlueHour,
        "blue hour, twilight, dusk, evening, after sunset, nightfall",
    ),
    (TimeOfDay::Sunset, "sunset*, sundown, setting sun"),
    (
        TimeOfDay::Dawn,
        "dawn, sunrise*, daybreak, first light, morning, rising sun",
    ),
    (
        TimeOfDay::Night,
        "night, nights, midnight, nighttime, moonlit, moonlight, moon, starry, stars, \
         nocturnal, milky way, aurora*, northern lights, cyberpunk",
    ),
    (
        TimeOfDay::Day,
        "day, noon, midday, daylight, sunny, afternoon, sunshine",
    ),
];

pub(super) const WEATHERS: &[Entry<Weather>] = &[
    (Weather::Aurora, "aurora*, northern lights"),
    (
        Weather::Storm,
        "storm*, thunder*, lightning, tempest*, hurricane*",
    ),
    (
        Weather::Snow,
        "snowing, snowfall*, snowstorm*, blizzard*, falling snow, snowflake*, snow, \
         snowy",
    ),
    (
        Weather::Rain,
        "rain, rains, raining, rainy, drizzle*, downpour*, monsoon*, shower*",
    ),
    (Weather::Fog, "fog, foggy, mist, mists, misty, haze, hazy"),
    (
        Weather::Overcast,
        "overcast, grey sky, gray sky, gloomy, dull",
    ),
    (Weather::Cloudy, "cloud*, partly cloudy"),
    (Weather::Clear, "clear, cloudless, sunny, crisp"),
];

pub(super) const SEASONS: &[Entry<Season>] = &[
    (
        Season::Winter,
        "winter*, snow*, snow-capped, frost*, frozen, icy, ice, christmas, arctic",
    ),
    (
        Season::Autumn,
        "autumn*, fall colors, fall foliage, october, november, harvest",
    ),
    (
        Season::Spring,
        "spring, springtime, blossom*, bloom*, april",
    ),
    (Season::Summer, "summer*, july, august, tropical"),
];

pub(super) const MOODS: &[Entry<Mood>] = &[
    (
        Mood::Calm,
        "seren*, calm*, peaceful*, quiet*, tranquil*, gentle, still, relaxing, soft",
    ),
    (
        Mood::Epic,
        "epic*, dramatic*, majestic*, grand, heroic, mighty, powerful, breathtaking",
    ),
    (
        Mood::Dreamy,
        "dream*, ethereal, magic*, mystic*, fantasy, surreal, fairy*",
    ),
    (
        Mood::Dark,
        "dark*, ominous, moody, sinister, spooky, haunt*, eerie, gothic",
    ),
    (
        Mood::Vibrant,
        "vibrant*, colorful*, colourful*, vivid*, bright*, lively, lush",
    ),
];

pub(super) const CAMERAS: &[Entry<CameraMove>] = &[
    (
        CameraMove::ZoomOut,
        "zoom out, zooming out, zooms out, pull back, dolly out, pull out",
    ),
    (
        CameraMove::ZoomIn,
        "zoom, zoom in, zooming, zooms, push in, dolly in, dolly, close up, close-up",
    ),
    (
        CameraMove::FlyThrough,
        "fly, flying, flies, fly-through, flythrough, flyover, aerial*, drone*, soar*, \
         glid*, flight, fly through, fpv",
    ),
    (CameraMove::Orbit, "orbit*, circling, rotat*"),
    (CameraMove::Tilt, "tilt*, crane shot, rising shot"),
    (
        CameraMove::Pan,
        "pan, panning, pans, panorama*, panoramic, tracking, sweeping",
    ),
    (
        CameraMove::Static,
        "static, still shot, locked, tripod, fixed camera",
    ),
    (CameraMove::Handheld, "handheld, hand-held, shaky"),
];

pub(super) const STYLES: &[Entry<Style>] = &[
    (
        Style::Watercolor,
        "watercolor*, watercolour*, painting, painted, painterly, illustrat*",
    ),
    (
        Style::Noir,
        "noir, black and white, monochrome, black-and-white",
    ),
    (
        Style::Retro,
        "retro*, vintage, nostalg*, super 8, 8mm, polaroid, 1970s, 1980s, old film",
    ),
    (
        Style::Cinematic,
        "cinematic*, film look, anamorphic, movie*, widescreen, blockbuster",
    ),
];

/// Words for a film that shows hours in seconds.
pub(super) const TIME_LAPSE: &[Entry<()>] =
    &[((), "timelapse*, time-lapse*, time lapse, hyperlapse*")];
