"""A playground in the browser: the game in the plane, live, and a trained run to try.

The anchor is GAN Lab (Kahng et al. 2018, "GAN Lab: Understanding complex deep generative models
using interactive visual experimentation"); here the engine that trains text, images and tables
plays.

* `fields`: what the page's fields offer, and how what is put in is read.
* `plane`: the game in the plane, as a position that is played on.
* `trained`, `sentences`, `pictures`, `rows`: a trained run.
* `server`: the page and the two conversations with it, on this machine alone.
* `page.html.j2`, `page.css`, `*.js`: the page.

The browser asks for every picture, when it has drawn the one before: a page that is hidden, slow
or gone costs nothing, and nobody's game waits for another's. All that is kept of a visitor is a
position of a few hundred kilobytes.

The page is written by hand over Starlette and a websocket. In a headless Chromium on one shared
core, Gradio 6 showed 4 pictures a second, took 8.9 seconds to load its page and brought 26
packages, 83 MB for itself alone; these are three small packages of 4 MB together.
"""
