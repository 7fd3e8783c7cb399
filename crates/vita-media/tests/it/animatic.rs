use vita_media::animatic::{Animatic, AnimaticPlan, Terrain, TimeOfDay, Weather};
use vita_model::{AspectRatio, Resolution};

use super::spec;

/// A frame of a prompt, drawn by a pool of so many threads.
fn frame(prompt: &str, index: u32, threads: usize) -> Vec<u8> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let plan = AnimaticPlan::parse(prompt, 11);
        let spec = spec(Resolution::P360, AspectRatio::Landscape, 2);
        let mut animatic = Animatic::prepare(&plan, spec);
        let mut out = Vec::new();
        animatic.draw(index, &mut out);
        out
    })
}

#[test]
fn the_same_words_and_seed_give_the_same_bytes_on_any_threads() {
    for prompt in [
        "mountains in a snowstorm",
        "island at sunset",
        "city in the rain, night",
        "forest in fog",
        "deep space",
        "quarterly results",
    ] {
        let one = frame(prompt, 7, 1);
        assert_eq!(
            one,
            frame(prompt, 7, 3),
            "`{prompt}` depends on the threads"
        );
        assert_ne!(one, frame(prompt, 40, 1), "`{prompt}` stands still");
    }
}

#[test]
fn frames_do_not_depend_on_the_frames_before() {
    let plan = AnimaticPlan::parse("a lake in the rain", 5);
    let spec = spec(Resolution::P360, AspectRatio::Square, 1);
    let mut animatic = Animatic::prepare(&plan, spec);
    let (mut first, mut again) = (Vec::new(), Vec::new());
    animatic.draw(3, &mut first);
    animatic.draw(20, &mut again);
    animatic.draw(3, &mut again);
    assert_eq!(first, again);
}

#[test]
fn every_terrain_light_and_weather_gives_a_picture_in_every_shape() {
    let mut shapes = AspectRatio::ALL.into_iter().cycle();
    for (index, terrain) in Terrain::ALL.iter().enumerate() {
        // Every weather comes up with every second terrain, and every light with some.
        for (offset, weather) in Weather::ALL.iter().enumerate().skip(index % 2).step_by(2) {
            let mut plan = AnimaticPlan::parse("", 3);
            plan.terrain = *terrain;
            plan.weather = *weather;
            plan.time = TimeOfDay::ALL[(index + offset) % TimeOfDay::ALL.len()];
            let spec = spec(Resolution::P360, shapes.next().unwrap(), 1);
            let size = spec.frame_size();
            let mut out = Vec::new();
            Animatic::prepare(&plan, spec).draw(12, &mut out);
            let pixels = (size.width * size.height) as usize;
            assert_eq!(out.len(), pixels * 3 / 2);
            let luma = &out[..pixels];
            let (darkest, brightest) = (luma.iter().min().unwrap(), luma.iter().max().unwrap());
            assert!(
                brightest - darkest > 25,
                "{plan:?} is flat: {darkest} to {brightest}"
            );
        }
    }
}
