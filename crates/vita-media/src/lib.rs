//! Plans and runs ffmpeg, and renders animatics. Works on paths.
