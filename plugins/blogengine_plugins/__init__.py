"""The plugins that come with blogengine; each is used through `blogengine.api` alone."""
