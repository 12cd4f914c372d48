"""Images that cameras send instead of writing them into a share: from the request to a file in the folder."""
