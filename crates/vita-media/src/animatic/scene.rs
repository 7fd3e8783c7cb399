//! The words that a scene is made of.

/// Makes an enumeration of scene words with its list and its names for people.
macro_rules! scene_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident => $label:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$item_doc])* $item,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$item),+];

            /// The value in words for people.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$item => $label,)+
                }
            }
        }
    };
}

scene_words! {
    /// What is seen.
    Terrain {
        /// High ranges with snow.
        Mountains => "mountains",
        /// Rolling green land.
        Hills => "hills",
        /// Dunes.
        Desert => "desert",
        /// Open water.
        Sea => "sea",
        /// Water below mountains that mirrors them.
        Lake => "lake",
        /// Wooded land from above the tree tops.
        Forest => "forest",
        /// A skyline with lit windows.
        City => "city",
        /// Mesas and gorges of layered rock.
        Canyon => "canyon",
        /// Islands in the sea.
        Island => "island",
        /// Dark hills below the stars.
        NightSky => "night sky",
        /// A planet before stars and a nebula.
        Space => "space",
        /// No known place: shapes and the prompt as a title.
        Abstract => "abstract",
    }
}

scene_words! {
    /// Where the light comes from.
    TimeOfDay {
        /// First light.
        Dawn => "dawn",
        /// Full day.
        Day => "day",
        /// Low warm sun.
        GoldenHour => "golden hour",
        /// The sun at the horizon.
        Sunset => "sunset",
        /// After sunset.
        BlueHour => "blue hour",
        /// Moon and stars.
        Night => "night",
    }
}

scene_words! {
    /// What is in the air.
    Weather {
        /// Hardly a cloud.
        Clear => "clear",
        /// Single clouds.
        Cloudy => "cloudy",
        /// A closed ceiling.
        Overcast => "overcast",
        /// Mist in the valleys.
        Fog => "fog",
        /// Rain.
        Rain => "rain",
        /// Rain with lightning.
        Storm => "thunderstorm",
        /// Falling snow.
        Snow => "snow",
        /// Northern lights.
        Aurora => "aurora",
    }
}

scene_words! {
    /// What grows.
    Season {
        /// Fresh green.
        Spring => "spring",
        /// Full green.
        Summer => "summer",
        /// Orange and brown.
        Autumn => "autumn",
        /// White.
        Winter => "winter",
    }
}

scene_words! {
    /// How it feels.
    Mood {
        /// As it is.
        Neutral => "neutral",
        /// Slow and soft.
        Calm => "calm",
        /// Strong contrasts.
        Epic => "epic",
        /// Low light.
        Dark => "dark",
        /// Glow and pale colours.
        Dreamy => "dreamy",
        /// Strong colours.
        Vibrant => "vibrant",
    }
}

scene_words! {
    /// How the camera moves.
    CameraMove {
        /// Not at all.
        Static => "static",
        /// Sideways.
        Pan => "pan",
        /// Up.
        Tilt => "tilt",
        /// Closer.
        ZoomIn => "zoom in",
        /// Away.
        ZoomOut => "zoom out",
        /// Forward through the scene.
        FlyThrough => "fly-through",
        /// Around its middle.
        Orbit => "orbit",
        /// Like a hand holds it.
        Handheld => "handheld",
    }
}

scene_words! {
    /// How the picture is finished.
    Style {
        /// As a lens sees it.
        Natural => "natural",
        /// With bars above and below, and a film grade.
        Cinematic => "cinematic",
        /// Flat washes on paper.
        Watercolor => "watercolor",
        /// Black and white.
        Noir => "noir",
        /// Faded colours and grain.
        Retro => "retro",
    }
}
