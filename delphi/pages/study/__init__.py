"""The pages of one study, for its team: one module for a part, all of them behind `Access.RESEARCHER`."""

from delphi.pages.study.closing import ClosingPages
from delphi.pages.study.comments import CommentsPages
from delphi.pages.study.ending import EndingPages
from delphi.pages.study.items import ItemsPages
from delphi.pages.study.letter_sending import LetterSendingPages
from delphi.pages.study.letter_texts import LetterTextPages
from delphi.pages.study.letters import LettersPages
from delphi.pages.study.other_rules import OtherRulesPages
from delphi.pages.study.overview import OverviewPages
from delphi.pages.study.panellist import PanellistPages
from delphi.pages.study.panellist_changes import PanellistChanges
from delphi.pages.study.panels import PanelsPages
from delphi.pages.study.passing import PassingPages
from delphi.pages.study.payments import PaymentsPages
from delphi.pages.study.pilot import PilotPages
from delphi.pages.study.protocol import ProtocolPages
from delphi.pages.study.results import ResultsPages
from delphi.pages.study.round_ import RoundPages
from delphi.pages.study.schedule import SchedulePages
from delphi.pages.study.settling import SettlingPages
from delphi.pages.study.sign_up_forms import SignUpFormPages
from delphi.pages.study.sign_ups import SignUpsPages
from delphi.pages.study.team import TeamPages
from delphi.pages.study.trail import TrailPages
from delphi.pages.study.watch import WatchPages
from delphi.pages.study.watch_files import WatchFiles
from delphi.pages.study.watch_leavers import LeaversPages
from delphi.pages.study.write_ups import WriteUpPages
from delphi.pages.study.zone import ZonePages

ROUTES = (
    OverviewPages,
    ProtocolPages,
    PilotPages,
    ItemsPages,
    PanelsPages,
    PanellistPages,
    PanellistChanges,
    PaymentsPages,
    SignUpsPages,
    SignUpFormPages,
    LettersPages,
    LetterSendingPages,
    LetterTextPages,
    RoundPages,
    WatchPages,
    WatchFiles,
    LeaversPages,
    SchedulePages,
    ClosingPages,
    ResultsPages,
    OtherRulesPages,
    CommentsPages,
    PassingPages,
    SettlingPages,
    WriteUpPages,
    TeamPages,
    TrailPages,
    EndingPages,
    ZonePages,
)
