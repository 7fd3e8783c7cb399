//! The queues: what competes for the same thing waits in the same one.

use vita_jobs::QueueName;

/// Work that keeps this machine's processors busy: clips that are rendered here.
pub const RENDER: QueueName = QueueName::new("render");

/// Work that waits for somebody else: clips that a model's service makes.
pub const MODELS: QueueName = QueueName::new("models");

/// Films and storyboards.
pub const EXPORT: QueueName = QueueName::new("export");

/// Thumbnails of uploaded pictures.
pub const IMAGES: QueueName = QueueName::new("images");

/// Short work of the installation itself.
pub const HOUSEKEEPING: QueueName = QueueName::new("housekeeping");
