"""The command line: `delphi` and its groups, one module each.

Nothing but click is imported before a command runs, so that help is there at once: a command imports what it
needs.
"""

import click

from delphi.cli import account, analyse, demo, grid, panellists, ratings, serve, study, worker
from delphi.cli.refusals import Commands


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Every command has --help. Exit codes: 0 done, 1 refused or failed, 2 not understood.",
)
@click.version_option(package_name="delphi", message="Delphi %(version)s")
def main() -> None:
    """Delphi: studies in rounds, from the protocol to the priority grids.

    Settings are read from the environment, each as DELPHI_ and its name; docs/settings.md lists them.
    """


for command in (
    demo.demo,
    serve.serve,
    worker.worker,
    serve.migrate,
    study.study,
    panellists.panellists,
    ratings.ratings,
    analyse.analyse,
    grid.grid,
    account.account,
):
    main.add_command(command)
