//! What the load test's accounts hold: numbers and words that follow from the number of the account,
//! so that every installation is filled the same way.

use vita_store::load_fixture::{
    ACCOUNTS, NAMED_GENERATIONS, ProjectLine, SceneLine, Share, opened_at, project_id, scene_id,
    user_id,
};

/// Fewest generations: every account has those that scripts know by name.
pub(super) const GENERATIONS_MIN: u64 = NAMED_GENERATIONS * ACCOUNTS as u64;

/// Most generations: forty thousand of each account, which ends their history in this year.
pub(super) const GENERATIONS_MAX: u64 = 20_000_000;

/// Most projects of an account, on average. With it an account has some fifteen thousand scenes.
pub(super) const PROJECTS_MAX: u32 = 1_000;

const PLACES: [&str; 12] = [
    "a calm alpine lake",
    "snowy mountains",
    "a pine forest",
    "a rocky coast",
    "a city skyline",
    "rolling hills",
    "a desert with dunes",
    "a river valley",
    "a harbour",
    "a field of flowers",
    "an old bridge",
    "a quiet street",
];

const TIMES: [&str; 6] = [
    "at sunrise",
    "at golden hour",
    "at noon",
    "at dusk",
    "in the fog",
    "under the stars",
];

const CAMERAS: [&str; 5] = [
    "slow pan",
    "aerial fly-through",
    "slow zoom in",
    "slow zoom out",
    "static shot",
];

const OCCASIONS: [&str; 7] = [
    "Product film",
    "Travel diary",
    "Course intro",
    "Trailer",
    "Mood board",
    "Music video",
    "Explainer",
];

/// How much there is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// Projects of an account, on average: an account has between half and half as many more.
    pub(super) projects_per_user: u32,
    /// Generations of all accounts together.
    pub(super) generations: u64,
}

impl Scale {
    /// What one account is to have of the history.
    pub(super) fn share(&self, account: u32) -> Share {
        let accounts = u64::from(ACCOUNTS);
        let is_extra = u64::from(account) <= self.generations % accounts;
        let scenes = (0..self.projects_of(account)).map(|project| scenes_in(account, project));
        Share {
            account,
            scenes: scenes.sum(),
            generations: self.generations / accounts + u64::from(is_extra),
        }
    }

    /// The account's projects and their scenes.
    pub(super) fn projects(&self, account: u32) -> (Vec<ProjectLine>, Vec<SceneLine>) {
        let (owner, at) = (user_id(account), opened_at(account).as_micros());
        let (mut projects, mut scenes) = (Vec::new(), Vec::new());
        for project in 0..self.projects_of(account) {
            let id = project_id(account, project);
            for position in 0..scenes_in(account, project) {
                let draw = mix(
                    u64::from(account),
                    (u64::from(project) << 8) | u64::from(position),
                );
                scenes.push(SceneLine {
                    id: scene_id(account, scenes.len() as u32),
                    owner: owner.clone(),
                    project: id.clone(),
                    position,
                    prompt: write_prompt(draw),
                    seconds: 1 + (draw >> 32) as u32 % 8,
                    at,
                });
            }
            let occasion = OCCASIONS[pick(mix(u64::from(project), 7), OCCASIONS.len())];
            projects.push(ProjectLine {
                id,
                owner: owner.clone(),
                title: format!("{occasion} {}", project + 1),
                at,
            });
        }
        (projects, scenes)
    }

    /// Between half of the average and half as many more, and at least one.
    fn projects_of(&self, account: u32) -> u32 {
        let percent = 50 + (mix(u64::from(account), 1) % 101) as u32;
        (self.projects_per_user * percent / 100).max(1)
    }
}

/// Two to ten scenes.
fn scenes_in(account: u32, project: u32) -> u32 {
    2 + (mix(u64::from(account), u64::from(project) + 2) % 9) as u32
}

fn write_prompt(draw: u64) -> String {
    format!(
        "{} {}, {}",
        PLACES[pick(draw, PLACES.len())],
        TIMES[pick(draw >> 8, TIMES.len())],
        CAMERAS[pick(draw >> 16, CAMERAS.len())]
    )
}

fn pick(draw: u64, count: usize) -> usize {
    (draw % count as u64) as usize
}

/// A number that looks drawn, but is always the same (`SplitMix64`, Steele et al. 2014).
const fn mix(left: u64, right: u64) -> u64 {
    let mut z = (left << 32 | right).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_add_up_and_every_project_has_a_scene() {
        let scale = Scale {
            projects_per_user: 19,
            generations: 1_000_007,
        };
        let shares: Vec<Share> = (1..=ACCOUNTS).map(|account| scale.share(account)).collect();
        let generations: u64 = shares.iter().map(|share| share.generations).sum();
        assert_eq!(generations, 1_000_007);
        let mut projects_in_all = 0;
        for share in &shares {
            let (projects, scenes) = scale.projects(share.account);
            projects_in_all += projects.len();
            assert_eq!(scenes.len() as u32, share.scenes);
            for project in &projects {
                assert!(scenes.iter().any(|scene| scene.project == project.id));
            }
        }
        let scenes_in_all: u32 = shares.iter().map(|share| share.scenes).sum();
        assert!(
            (9_000..10_000).contains(&projects_in_all),
            "{projects_in_all}"
        );
        assert!((54_000..60_000).contains(&scenes_in_all), "{scenes_in_all}");
    }

    #[test]
    fn more_projects_only_add_to_fewer() {
        let few = Scale {
            projects_per_user: 2,
            generations: GENERATIONS_MIN,
        };
        let many = Scale {
            projects_per_user: 9,
            generations: GENERATIONS_MIN,
        };
        for account in [1, 7, 500] {
            let (few, many) = (few.projects(account), many.projects(account));
            assert_eq!(few.0[0].id, many.0[0].id);
            assert_eq!(few.1[0].prompt, many.1[0].prompt);
            assert!(few.0.len() <= many.0.len() && few.1.len() <= many.1.len());
        }
    }
}
