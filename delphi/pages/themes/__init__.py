"""The pages on which texts are coded into themes, for a study's team that may see panellists' codes."""

from delphi.pages.themes.agreement import AgreementPages
from delphi.pages.themes.codebook import CodebookPages
from delphi.pages.themes.coding import CodingPages
from delphi.pages.themes.differences import DifferencesPages
from delphi.pages.themes.found import FoundPages
from delphi.pages.themes.groups import GroupsPages

ROUTES = (CodebookPages, CodingPages, GroupsPages, AgreementPages, DifferencesPages, FoundPages)
