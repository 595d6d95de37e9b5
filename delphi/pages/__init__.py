"""The pages: one file for an area, its frozen page dataclasses and their handlers side by side."""

from delphi.pages import answer, demo, design, editions, front, grids, sign_in, sign_up, studies, study

ROUTES = (
    front.FrontPages,
    demo.DemoPages,
    sign_in.SignInPages,
    *sign_up.ROUTES,
    *answer.ROUTES,
    studies.StudiesPages,
    *design.ROUTES,
    *study.ROUTES,
    *grids.ROUTES,
    *editions.ROUTES,
)
