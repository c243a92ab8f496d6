"""The executed notebooks → ``site/``: static pages in two languages, alive without Python.

    python -m tools.site [--serve]

``notebook`` reads one and makes the body of a page of it: ``prose`` its text, ``outputs`` what its
cells showed, ``widgets`` the files that bring a widget to life; ``formulas`` sets all formulas in
one call of node. ``pages`` lists every page as a record; ``layout`` puts them into the
templates. The site's own words stand in ``words.toml``.
"""
