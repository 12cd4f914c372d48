"""The Jetson's part, played: paints coated steel with its defects and writes it as the camera does."""
