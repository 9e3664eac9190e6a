"""The steps of `create_app`, a group in each file; `blogengine.app` holds their order."""
