"""Designing a study in the browser, for its team: begun, changed part by part, looked at and checked."""

from delphi.pages.design.amending import AmendPages
from delphi.pages.design.checking import CheckPages
from delphi.pages.design.items import ItemsFormPages
from delphi.pages.design.languages import LanguagesPages
from delphi.pages.design.overview import DesignPages
from delphi.pages.design.panel_size import PanelSizePages
from delphi.pages.design.parts import PartPages
from delphi.pages.design.preview import PreviewPages
from delphi.pages.design.starting import NewStudyPages
from delphi.pages.design.tags import TagsPages
from delphi.pages.design.translating import TranslatingPages
from delphi.pages.design.workbooks import WorkbookPages

ROUTES = (
    NewStudyPages,
    DesignPages,
    PartPages,
    AmendPages,
    ItemsFormPages,
    PreviewPages,
    CheckPages,
    PanelSizePages,
    LanguagesPages,
    TranslatingPages,
    WorkbookPages,
    TagsPages,
)
