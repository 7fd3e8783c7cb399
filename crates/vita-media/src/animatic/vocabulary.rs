//! From the words of a prompt to the parameters of a scene.
//!
//! Lists of words, not a model: the same prompt always means the same, and people can be shown what
//! was understood. Words that are on no list change nothing but the details that the seed decides.

use super::scene::{CameraMove, Mood, Season, Style, Terrain, TimeOfDay, Weather};

/// What is read of a prompt; the rest changes only the seed.
const PROMPT_CHARS_READ: usize = 2_000;

/// A scene as parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnimaticPlan {
    /// The prompt, its white space tidied.
    pub prompt: String,
    /// Decides all that the words don't.
    pub seed: u64,
    /// What is seen.
    pub terrain: Terrain,
    /// The light.
    pub time: TimeOfDay,
    /// The air.
    pub weather: Weather,
    /// What grows.
    pub season: Season,
    /// The feeling.
    pub mood: Mood,
    /// The movement.
    pub camera: CameraMove,
    /// The finish.
    pub style: Style,
    /// How many times faster than life clouds and water move.
    pub time_scale: u32,
    notes: Vec<PlanNote>,
}

/// One parameter of a plan for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanNote {
    /// Which parameter: "terrain", "time of day"….
    pub parameter: &'static str,
    /// Its value in words.
    pub value: &'static str,
    /// The words of the prompt that chose it; nothing when it is the default.
    pub words: Option<String>,
}

/// Words for one value. `*` at the end matches any ending; a blank matches words in a row.
type Entry<T> = (T, &'static [&'static str]);

// The order is the priority: "a city by the sea below the mountains" is a city. What fills the
// picture most stands first.
const TERRAINS: &[Entry<Terrain>] = &[
    (
        Terrain::Space,
        &[
            "outer space",
            "deep space",
            "space",
            "planet*",
            "galax*",
            "nebula*",
            "cosmos",
            "cosmic",
            "asteroid*",
            "spaceship*",
            "spacecraft*",
            "astronaut*",
            "universe",
            "saturn",
            "mars",
            "jupiter",
            "interstellar",
            "black hole",
        ],
    ),
    (
        Terrain::City,
        &[
            "city",
            "cities",
            "cityscape*",
            "skyline*",
            "downtown",
            "skyscraper*",
            "metropolis",
            "urban",
            "street*",
            "manhattan",
            "tokyo",
            "neon",
            "cyberpunk",
            "buildings",
            "rooftop*",
        ],
    ),
    (
        Terrain::Island,
        &["island*", "archipelago", "atoll*", "lagoon*", "tropical"],
    ),
    (
        Terrain::Canyon,
        &[
            "canyon*", "gorge*", "mesa", "mesas", "butte*", "badlands", "ravine*",
        ],
    ),
    (
        Terrain::Lake,
        &[
            "lake*",
            "river*",
            "fjord*",
            "pond*",
            "reservoir",
            "loch",
            "reflection*",
        ],
    ),
    (
        Terrain::Sea,
        &[
            "sea",
            "seas",
            "seascape*",
            "ocean*",
            "beach*",
            "coast*",
            "wave",
            "waves",
            "shore*",
            "harbour*",
            "harbor*",
            "sail*",
            "surf",
            "bay",
            "lighthouse*",
            "boat*",
            "ship*",
        ],
    ),
    (
        Terrain::Forest,
        &[
            "forest*",
            "wood",
            "woods",
            "woodland*",
            "jungle*",
            "rainforest*",
            "tree*",
            "taiga",
            "pine",
            "pines",
            "redwood*",
            "grove*",
            "bamboo",
        ],
    ),
    (
        Terrain::Desert,
        &[
            "desert*", "dune", "dunes", "sahara", "sand", "sands", "sandy", "oasis", "camel*",
        ],
    ),
    (
        Terrain::Mountains,
        &[
            "mountain*",
            "alps",
            "alpine",
            "peak",
            "peaks",
            "summit*",
            "himalaya*",
            "andes",
            "rockies",
            "everest",
            "glacier*",
            "cliff*",
            "volcano*",
            "range",
        ],
    ),
    (
        Terrain::Hills,
        &[
            "hill",
            "hills",
            "hilly",
            "meadow*",
            "field",
            "fields",
            "countryside",
            "valley*",
            "grassland*",
            "prairie*",
            "pasture*",
            "farm*",
            "vineyard*",
            "tuscany",
            "landscape*",
            "village*",
            "moor*",
            "steppe*",
            "savanna*",
        ],
    ),
    (
        Terrain::NightSky,
        &[
            "night sky",
            "starry",
            "stars",
            "star",
            "milky way",
            "constellation*",
            "stargazing",
            "aurora*",
            "northern lights",
            "meteor*",
        ],
    ),
];

const TIMES: &[Entry<TimeOfDay>] = &[
    (
        TimeOfDay::GoldenHour,
        &["golden hour", "golden light", "golden", "late afternoon"],
    ),
    (
        TimeOfDay::BlueHour,
        &[
            "blue hour",
            "twilight",
            "dusk",
            "evening",
            "after sunset",
            "nightfall",
        ],
    ),
    (TimeOfDay::Sunset, &["sunset*", "sundown", "setting sun"]),
    (
        TimeOfDay::Dawn,
        &[
            "dawn",
            "sunrise*",
            "daybreak",
            "first light",
            "morning",
            "rising sun",
        ],
    ),
    (
        TimeOfDay::Night,
        &[
            "night",
            "nights",
            "midnight",
            "nighttime",
            "moonlit",
            "moonlight",
            "moon",
            "starry",
            "stars",
            "nocturnal",
            "milky way",
            "aurora*",
            "northern lights",
            "cyberpunk",
        ],
    ),
    (
        TimeOfDay::Day,
        &[
            "day",
            "noon",
            "midday",
            "daylight",
            "sunny",
            "afternoon",
            "sunshine",
        ],
    ),
];

const WEATHERS: &[Entry<Weather>] = &[
    (Weather::Aurora, &["aurora*", "northern lights"]),
    (
        Weather::Storm,
        &["storm*", "thunder*", "lightning", "tempest*", "hurricane*"],
    ),
    (
        Weather::Snow,
        &[
            "snowing",
            "snowfall*",
            "snowstorm*",
            "blizzard*",
            "falling snow",
            "snowflake*",
            "snow",
            "snowy",
        ],
    ),
    (
        Weather::Rain,
        &[
            "rain",
            "rains",
            "raining",
            "rainy",
            "drizzle*",
            "downpour*",
            "monsoon*",
            "shower*",
        ],
    ),
    (
        Weather::Fog,
        &["fog", "foggy", "mist", "mists", "misty", "haze", "hazy"],
    ),
    (
        Weather::Overcast,
        &["overcast", "grey sky", "gray sky", "gloomy", "dull"],
    ),
    (Weather::Cloudy, &["cloud*", "partly cloudy"]),
    (Weather::Clear, &["clear", "cloudless", "sunny", "crisp"]),
];

const SEASONS: &[Entry<Season>] = &[
    (
        Season::Winter,
        &[
            "winter*",
            "snow*",
            "snow-capped",
            "frost*",
            "frozen",
            "icy",
            "ice",
            "christmas",
            "arctic",
        ],
    ),
    (
        Season::Autumn,
        &[
            "autumn*",
            "fall colors",
            "fall foliage",
            "october",
            "november",
            "harvest",
        ],
    ),
    (
        Season::Spring,
        &["spring", "springtime", "blossom*", "bloom*", "april", "may"],
    ),
    (Season::Summer, &["summer*", "july", "august", "tropical"]),
];

const MOODS: &[Entry<Mood>] = &[
    (
        Mood::Calm,
        &[
            "seren*",
            "calm*",
            "peaceful*",
            "quiet*",
            "tranquil*",
            "gentle",
            "still",
            "relaxing",
            "soft",
        ],
    ),
    (
        Mood::Epic,
        &[
            "epic*",
            "dramatic*",
            "majestic*",
            "grand",
            "heroic",
            "mighty",
            "powerful",
            "breathtaking",
        ],
    ),
    (
        Mood::Dreamy,
        &[
            "dream*", "ethereal", "magic*", "mystic*", "fantasy", "surreal", "fairy*",
        ],
    ),
    (
        Mood::Dark,
        &[
            "dark*", "ominous", "moody", "sinister", "spooky", "haunt*", "eerie", "gothic",
        ],
    ),
    (
        Mood::Vibrant,
        &[
            "vibrant*",
            "colorful*",
            "colourful*",
            "vivid*",
            "bright*",
            "lively",
            "lush",
        ],
    ),
];

const CAMERAS: &[Entry<CameraMove>] = &[
    (
        CameraMove::ZoomOut,
        &[
            "zoom out",
            "zooming out",
            "zooms out",
            "pull back",
            "dolly out",
            "pull out",
        ],
    ),
    (
        CameraMove::ZoomIn,
        &[
            "zoom", "zoom in", "zooming", "zooms", "push in", "dolly in", "dolly", "close up",
            "close-up",
        ],
    ),
    (
        CameraMove::FlyThrough,
        &[
            "fly",
            "flying",
            "flies",
            "fly-through",
            "flythrough",
            "flyover",
            "aerial*",
            "drone*",
            "soar*",
            "glid*",
            "flight",
            "fly through",
            "fpv",
        ],
    ),
    (
        CameraMove::Orbit,
        &["orbit*", "circling", "rotat*", "around"],
    ),
    (CameraMove::Tilt, &["tilt*", "crane shot", "rising shot"]),
    (
        CameraMove::Pan,
        &[
            "pan",
            "panning",
            "pans",
            "panorama*",
            "panoramic",
            "tracking",
            "sweeping",
        ],
    ),
    (
        CameraMove::Static,
        &["static", "still shot", "locked", "tripod", "fixed camera"],
    ),
    (CameraMove::Handheld, &["handheld", "hand-held", "shaky"]),
];

const STYLES: &[Entry<Style>] = &[
    (
        Style::Watercolor,
        &[
            "watercolor*",
            "watercolour*",
            "painting",
            "painted",
            "painterly",
            "illustrat*",
        ],
    ),
    (
        Style::Noir,
        &["noir", "black and white", "monochrome", "black-and-white"],
    ),
    (
        Style::Retro,
        &[
            "retro*", "vintage", "nostalg*", "super 8", "8mm", "polaroid", "1970s", "1980s",
            "old film",
        ],
    ),
    (
        Style::Cinematic,
        &[
            "cinematic*",
            "film look",
            "anamorphic",
            "movie*",
            "widescreen",
            "blockbuster",
        ],
    ),
];

impl AnimaticPlan {
    /// Reads a scene from `prompt`. Never fails: a prompt without a known word is an abstract scene
    /// that shows the prompt as its title.
    pub fn parse(prompt: &str, seed: u64) -> Self {
        let words = split_words(prompt);
        let mut notes = Vec::new();
        let said_weather = find(&words, WEATHERS);
        let said_time = find(&words, TIMES);
        let said_season = find(&words, SEASONS);
        let terrain = find(&words, TERRAINS).or_else(|| {
            place_of(
                said_time.as_ref(),
                said_weather.as_ref(),
                said_season.as_ref(),
            )
        });
        let terrain = note(
            &mut notes,
            "terrain",
            terrain,
            Terrain::Abstract,
            Terrain::as_str,
        );
        let default_time = match terrain {
            Terrain::City => TimeOfDay::BlueHour,
            Terrain::NightSky | Terrain::Space => TimeOfDay::Night,
            _ => TimeOfDay::Day,
        };
        let time = note(
            &mut notes,
            "time of day",
            said_time,
            default_time,
            TimeOfDay::as_str,
        );
        let default_weather = match terrain {
            Terrain::NightSky | Terrain::Space | Terrain::Desert => Weather::Clear,
            _ => Weather::Cloudy,
        };
        let weather = note(
            &mut notes,
            "weather",
            said_weather,
            default_weather,
            Weather::as_str,
        );
        let season = note(
            &mut notes,
            "season",
            said_season,
            Season::Summer,
            Season::as_str,
        );
        let mood = note(
            &mut notes,
            "mood",
            find(&words, MOODS),
            Mood::Neutral,
            Mood::as_str,
        );
        let default_camera = match terrain {
            Terrain::Canyon | Terrain::Forest => CameraMove::FlyThrough,
            Terrain::Space | Terrain::Abstract => CameraMove::ZoomIn,
            _ => CameraMove::Pan,
        };
        let camera = find(&words, CAMERAS);
        let camera = note(
            &mut notes,
            "camera",
            camera,
            default_camera,
            CameraMove::as_str,
        );
        let style = note(
            &mut notes,
            "style",
            find(&words, STYLES),
            Style::Natural,
            Style::as_str,
        );
        let is_time_lapse = ["timelapse", "time-lapse", "hyperlapse"]
            .iter()
            .any(|word| words.iter().any(|said| said == word))
            || matches_in_row(&words, "time lapse").is_some();
        Self {
            prompt: prompt.split_whitespace().collect::<Vec<_>>().join(" "),
            seed,
            terrain,
            time,
            weather,
            season,
            mood,
            camera,
            style,
            time_scale: if is_time_lapse { 12 } else { 1 },
            notes,
        }
    }

    /// What was understood, for people: every parameter with its value and the words that chose it.
    pub fn describe(&self) -> &[PlanNote] {
        &self.notes
    }

    /// The plan's randomness: the prompt's words and the seed together.
    pub(super) fn world_seed(&self) -> u64 {
        // FNV-1a, 64 bit.
        self.prompt
            .bytes()
            .chain(self.seed.to_le_bytes())
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
    }
}

/// A place for a prompt that names none but says something of light or weather.
fn place_of(
    time: Option<&Found<TimeOfDay>>,
    weather: Option<&Found<Weather>>,
    season: Option<&Found<Season>>,
) -> Option<Found<Terrain>> {
    if let Some(found) = weather {
        let terrain = match found.value {
            Weather::Aurora => Terrain::NightSky,
            Weather::Snow => Terrain::Mountains,
            Weather::Rain | Weather::Storm => Terrain::Sea,
            Weather::Fog => Terrain::Forest,
            Weather::Clear | Weather::Cloudy | Weather::Overcast => Terrain::Hills,
        };
        return Some(found.with(terrain));
    }
    if let Some(found) = time {
        let terrain = match found.value {
            TimeOfDay::Night => Terrain::NightSky,
            TimeOfDay::Sunset | TimeOfDay::Dawn | TimeOfDay::BlueHour => Terrain::Sea,
            TimeOfDay::GoldenHour => Terrain::Hills,
            // "A day at the office" says nothing of a place.
            TimeOfDay::Day => return None,
        };
        return Some(found.with(terrain));
    }
    let found = season?;
    let terrain = match found.value {
        Season::Winter => Terrain::Mountains,
        Season::Autumn => Terrain::Forest,
        Season::Spring | Season::Summer => Terrain::Hills,
    };
    Some(found.with(terrain))
}

/// A value and the words that chose it.
struct Found<T> {
    value: T,
    words: String,
}

impl<T> Found<T> {
    fn with<U>(&self, value: U) -> Found<U> {
        Found {
            value,
            words: self.words.clone(),
        }
    }
}

fn note<T: Copy>(
    notes: &mut Vec<PlanNote>,
    parameter: &'static str,
    found: Option<Found<T>>,
    default: T,
    as_str: fn(T) -> &'static str,
) -> T {
    let value = found.as_ref().map_or(default, |found| found.value);
    notes.push(PlanNote {
        parameter,
        value: as_str(value),
        words: found.map(|found| found.words),
    });
    value
}

fn split_words(prompt: &str) -> Vec<String> {
    let read: String = prompt.chars().take(PROMPT_CHARS_READ).collect();
    read.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .map(|word| word.trim_matches('-').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The first entry of the list that matches, with the words that matched.
fn find<T: Copy>(words: &[String], list: &[Entry<T>]) -> Option<Found<T>> {
    list.iter().find_map(|(value, patterns)| {
        let matched = patterns
            .iter()
            .find_map(|pattern| matches_in_row(words, pattern))?;
        Some(Found {
            value: *value,
            words: matched,
        })
    })
}

fn matches_in_row(words: &[String], pattern: &str) -> Option<String> {
    let parts: Vec<&str> = pattern.split(' ').collect();
    words
        .windows(parts.len())
        .find(|row| {
            row.iter()
                .zip(&parts)
                .all(|(word, part)| matches(word, part))
        })
        .map(|row| row.join(" "))
}

fn matches(word: &str, part: &str) -> bool {
    match part.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prompt: &str, expect: &str) {
        let plan = AnimaticPlan::parse(prompt, 1);
        let values: Vec<&str> = plan.describe().iter().map(|note| note.value).collect();
        assert_eq!(values.join(", "), expect, "for `{prompt}`");
    }

    #[test]
    fn the_story_of_the_readme_is_understood() {
        check(
            "a serene mountain landscape at golden hour",
            "mountains, golden hour, cloudy, summer, calm, pan, natural",
        );
    }

    #[test]
    fn what_fills_the_picture_most_wins() {
        check(
            "Drone shot of a city by the sea, rainy night, cinematic",
            "city, night, rain, summer, neutral, fly-through, cinematic",
        );
        check(
            "autumn forest in the fog",
            "forest, day, fog, autumn, neutral, fly-through, natural",
        );
        check(
            "zoom out from a planet in outer space",
            "space, night, clear, summer, neutral, zoom out, natural",
        );
    }

    #[test]
    fn words_match_whole_or_by_stem_only() {
        // "terrain" holds "rain", "seaside" begins with "sea", "Marsha" with "mars".
        check(
            "Marsha explains terrain at the seaside",
            "abstract, day, cloudy, summer, neutral, zoom in, natural",
        );
    }

    #[test]
    fn a_prompt_without_a_place_gets_one_from_its_light() {
        check(
            "sunset",
            "sea, sunset, cloudy, summer, neutral, pan, natural",
        );
        check(
            "first snow",
            "mountains, day, snow, winter, neutral, pan, natural",
        );
    }

    #[test]
    fn unknown_and_hostile_prompts_are_abstract_scenes() {
        for prompt in ["", "   ", "quarterly report", "\u{0}\u{202e}🎬", "---", "ﷺ"] {
            assert_eq!(AnimaticPlan::parse(prompt, 1).terrain, Terrain::Abstract);
        }
        let long = "mountain ".repeat(100_000);
        assert_eq!(AnimaticPlan::parse(&long, 1).terrain, Terrain::Mountains);
    }

    #[test]
    fn the_words_that_chose_a_value_are_kept_for_people() {
        let plan = AnimaticPlan::parse("The Alps in the GOLDEN hour", 1);
        let note = |parameter| {
            let found = plan
                .describe()
                .iter()
                .find(|note| note.parameter == parameter);
            found.unwrap().words.clone()
        };
        assert_eq!(note("terrain").as_deref(), Some("alps"));
        assert_eq!(note("time of day").as_deref(), Some("golden hour"));
        assert_eq!(note("camera"), None);
    }

    #[test]
    fn prompt_and_seed_both_decide_the_details() {
        let seed = |prompt, seed| AnimaticPlan::parse(prompt, seed).world_seed();
        assert_ne!(seed("hills", 1), seed("hills", 2));
        assert_ne!(seed("hills", 1), seed("green hills", 1));
        assert_eq!(seed("hills", 1), seed(" hills ", 1));
    }
}
