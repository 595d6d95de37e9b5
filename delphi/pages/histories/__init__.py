"""The items of a study between its rounds, for its team: what is changed, and their histories."""

from delphi.pages.histories.asking import AskingPages
from delphi.pages.histories.changing import ChangingPages
from delphi.pages.histories.timelines import TimelinePages

ROUTES = (AskingPages, ChangingPages, TimelinePages)
