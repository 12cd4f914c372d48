"""From alerts to people: what is to be said (pure), on its way out, again until it has arrived."""
