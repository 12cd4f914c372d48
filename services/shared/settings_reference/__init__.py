"""`docs/settings.md` and `docs/settings.ko.md`, made from the settings' types and the comments of `coilcast.toml`."""
