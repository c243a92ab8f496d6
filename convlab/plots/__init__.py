"""Pictures of a layer: records drawn with matplotlib, and a player for a notebook or a page."""
