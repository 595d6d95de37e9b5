"""The pages of one study, for its team: one module for a part, all of them behind `Access.RESEARCHER`."""

from delphi.pages.study.closing import ClosingPages
from delphi.pages.study.comments import CommentsPages
from delphi.pages.study.ending import EndingPages
from delphi.pages.study.items import ItemsPages
from delphi.pages.study.letter_sending import LetterSendingPages
from delphi.pages.study.letter_texts import LetterTextPages
from delphi.pages.study.letters import LettersPages
from delphi.pages.study.overview import OverviewPages
from delphi.pages.study.panellist import PanellistPages
from delphi.pages.study.panels import PanelsPages
from delphi.pages.study.protocol import ProtocolPages
from delphi.pages.study.results import ResultsPages
from delphi.pages.study.round_ import RoundPages
from delphi.pages.study.schedule import SchedulePages
from delphi.pages.study.settling import SettlingPages
from delphi.pages.study.trail import TrailPages
from delphi.pages.study.write_ups import WriteUpPages

ROUTES = (
    OverviewPages,
    ProtocolPages,
    ItemsPages,
    PanelsPages,
    PanellistPages,
    LettersPages,
    LetterSendingPages,
    LetterTextPages,
    RoundPages,
    SchedulePages,
    ClosingPages,
    ResultsPages,
    CommentsPages,
    SettlingPages,
    WriteUpPages,
    TrailPages,
    EndingPages,
)
