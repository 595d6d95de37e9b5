"""The pages: one file for an area, its frozen page dataclasses and their handlers side by side."""

from delphi.pages import (
    answer,
    concerns,
    demo,
    design,
    editions,
    front,
    grids,
    histories,
    sign_in,
    sign_up,
    studies,
    study,
    themes,
    uploads,
)

ROUTES = (
    front.FrontPages,
    demo.DemoPages,
    sign_in.SignInPages,
    *sign_up.ROUTES,
    *answer.ROUTES,
    studies.StudiesPages,
    *design.ROUTES,
    *study.ROUTES,
    *histories.ROUTES,
    *themes.ROUTES,
    *concerns.ROUTES,
    *grids.ROUTES,
    *editions.ROUTES,
    uploads.UploadPages,
)
