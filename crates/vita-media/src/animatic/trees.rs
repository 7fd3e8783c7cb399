/// Single trees.
#[derive(Debug)]
pub(super) struct Trees;
