"""The pages: one file for an area, its frozen page dataclasses and their handlers side by side."""

from delphi.pages import front, sign_in

ROUTES = (front.FrontPages, sign_in.SignInPages)
