"""The priority grids: what anyone may see of a published study, and what its team sees before that."""

from delphi.pages.grids.public import PublicGridPages
from delphi.pages.grids.publication import PublicationPages
from delphi.pages.grids.team import TeamGridPages

ROUTES = (PublicGridPages, TeamGridPages, PublicationPages)
