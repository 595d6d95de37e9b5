"""The priority grids: what anyone may see of a published study, and what its team sees before that."""

from delphi.pages.grids import public, publication, team

ROUTES = (public.PublicGridPages, team.TeamGridPages, publication.PublicationPages)
