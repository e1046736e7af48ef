"""The program: finds the site a command works on, starts what it needs, and runs the command.

Commands live in the doors and are imported only when called, because most of them need Django, and
Django needs to know its database first.
"""

import importlib
import keyword
import sys
from contextlib import ExitStack

import click
import django.db
import psycopg

from muster.core.refusals import Refusal
from muster.server.django_start import (
    require_migrated,
    start_django,
    start_django_without_site,
)
from muster.server.refusals import CalledWrongly, DatabaseGone
from muster.server.sites import SiteName, choose, running_server

# Each command: the module that holds it, its line in the help, whether it needs a site's records.
_COMMANDS: dict[str, tuple[str, str, bool]] = {
    "demo": (
        "muster.server.demo",
        "Set up the demo scenario, run the main job, serve the pages.",
        False,
    ),
    "init": (
        "muster.server.site_commands",
        "Set up a real site with its first coordinator.",
        False,
    ),
    "migrate": ("muster.server.site_commands", "Bring a site's tables up to date.", False),
    "backup": ("muster.server.backups", "Put a whole site into one file.", False),
    "restore": ("muster.server.backups", "Restore a site, whole or not at all.", False),
    "serve": ("muster.server.serving", "Serve the web pages and the API of a site.", False),
    "worker": ("muster.server.serving", "Run the jobs of a site.", True),
    "test": ("muster.server.testing", "Run all tests.", False),
    "register": ("muster.cli.register", "Parties, members and standings through time.", True),
    "rules": ("muster.cli.rules", "Who may give what to whom, and why.", True),
    "burden": ("muster.cli.burden", "Who carries how much, and what things are worth.", True),
    "coalitions": ("muster.cli.coalitions", "Capability coalitions and what they gathered.", True),
    "yardsticks": ("muster.cli.yardsticks", "Rates, targets and published shares.", True),
    "board": ("muster.cli.board", "What each need asked, was offered, promised, received.", True),
    "operations": ("muster.cli.board", "List the operations.", True),
    "requests": ("muster.cli.requests", "List, show and move requests.", True),
    "offers": ("muster.cli.offers", "List, show and answer offers.", True),
    "guarantee": ("muster.cli.guarantee", "Invoke, show and answer cases of the guarantee.", True),
    "reserves": ("muster.cli.reserves", "What your own nation keeps at home.", True),
    "allocations": ("muster.cli.allocations", "List, propose and answer allocations.", True),
    "consignments": ("muster.cli.consignments", "List, show and move consignments.", True),
    "receipts": ("muster.cli.receipts", "Correct signed receipts, and list it.", True),
    "plan": ("muster.cli.plans", "Plan what may go where, and say why not.", True),
    "scenario": ("muster.cli.scenarios", "What-ifs, to plan in.", True),
    "net": ("muster.cli.transport", "How goods can move: legs, their room, closures.", True),
    "report": ("muster.cli.reports", "List and show situation reports.", True),
    "meetings": ("muster.cli.meetings", "Meetings: agendas, readouts, the follow-up.", True),
    "pledges": ("muster.cli.pledges", "What was announced, and the waterfall.", True),
    "journal": ("muster.cli.journal", "Who did what, when, through which door.", True),
    "import": ("muster.cli.imports", "Turn a list into requests or offers; undo it.", True),
    "enquiries": ("muster.cli.enquiries", "Ask other parties, answer, list both.", True),
    "messages": ("muster.cli.messages", "Receive and write EDXL resource messages.", True),
    "items": ("muster.cli.catalogue", "List the catalogue.", True),
    "item": ("muster.cli.catalogue", "Show an item, and say what else it is called.", True),
    "verify": ("muster.cli.verify", "Re-add the whole ledger from its transfers.", True),
    "openapi": ("muster.server.site_commands", "Print the API's OpenAPI document.", False),
}

_HELP = {"-h", "--help"}
_EXIT_REFUSED = 2
_EXIT_INTERRUPTED = 130


class _Commands(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, on_records = _COMMANDS[cmd_name]
        if _HELP & set(sys.argv[1:]):
            # Help is for those who have no site yet, too.
            start_django_without_site()
        elif on_records and not ctx.resilient_parsing:
            _open_site(ctx)
        found = getattr(importlib.import_module(module), attribute_of(cmd_name))
        return found if isinstance(found, click.Command) else None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click calls it so
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row[1]) for name, row in _COMMANDS.items()])


def attribute_of(command: str) -> str:
    """Say what a command is called in its module: a word of Python's own gets a stroke behind."""
    name = command.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muster", prog_name="muster")
@click.option(
    "--site",
    type=click.Choice([name.value for name in SiteName]),
    help="Which records: the real site (main) or the demo.  Main if it exists, else the demo.",
)
@click.pass_context
def program(ctx: click.Context, site: str | None) -> None:
    """Muster: a clearing house for international assistance, with every unit accounted for."""
    ctx.obj = site


def _open_site(ctx: click.Context) -> None:
    """Start the server, choose the site and set Django up, for as long as the command runs."""
    root = ctx.find_root()
    if root.meta.get("muster.site") is not None:
        return
    stack = root.with_resource(ExitStack())
    server = stack.enter_context(running_server())
    site = choose(server, root.params.get("site"))
    database = server.database(site)
    start_django(server, database, site.value)
    require_migrated(database)
    root.meta["muster.site"] = site.value
    if site is SiteName.DEMO and root.params.get("site") is None:
        click.echo("(reading the demo; --site main is the real site)", err=True)


def main() -> None:
    """Run the program; a refusal is one sentence and exit code 2, Ctrl-C is 130."""
    try:
        program.main(prog_name="muster", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _say(_called_wrongly(error))
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped.", err=True)
        sys.exit(_EXIT_INTERRUPTED)
    except Refusal as refusal:
        _say(refusal)
    except (django.db.Error, psycopg.Error) as error:
        if not _went_away(error):
            raise
        _say(DatabaseGone())
    except BrokenPipeError:
        # The reader has gone, as in `muster board ... | head`; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(0)


def _called_wrongly(error: click.ClickException) -> Refusal:
    """Say what is wrong with the call itself as any other refusal is said, and where to look."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    what = error.format_message()
    return CalledWrongly(
        what=what if what.endswith((".", ")", "?")) else f"{what}.",
        program=context.command_path if context else "muster",
    )


def _say(refusal: Refusal) -> None:
    click.echo(f"{refusal.sentence} [{refusal.code}]", err=True)
    sys.exit(_EXIT_REFUSED)


def _went_away(error: BaseException) -> bool:
    """Tell a server that is gone from a statement that is wrong, by the code it gave, if any.

    08 is a connection that broke, 57P a server that is being stopped; a server that was killed
    gives no code at all.
    """
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.OperationalError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(("08", "57P"))
