"""The pages of concerns: naming the lead and following them, and the lead's own."""

from delphi.pages.concerns.reading import ReadingPages
from delphi.pages.concerns.safeguarding import SafeguardingPages

ROUTES = (SafeguardingPages, ReadingPages)
