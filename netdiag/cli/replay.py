"""netdiag replay FILE…"""

from __future__ import annotations

from pathlib import Path

import click

from netdiag.cli.failure import whoever_reads
from netdiag.cli.options import Common, common, emit


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@common
def replay(files: tuple[str, ...], common: Common) -> int:
    """Judge saved facts again with today's rules; no network."""
    from netdiag.cli.answer import show
    from netdiag.cli.diagnose import EXIT
    from netdiag.service.diagnosis.document import to_document
    from netdiag.service.diagnosis.replay import replay as judge_again
    from netdiag.service.setup import offline

    settings, content = offline(common.config)
    language = common.speak(settings.language)
    diagnoses = [judge_again(Path(name), content, settings) for name in files]
    with whoever_reads():
        if common.json:
            documents = [to_document(one, content) for one in diagnoses]
            emit(documents[0] if len(documents) == 1 else documents)
        for number, one in enumerate(() if common.json else diagnoses):
            if number:
                click.echo()
            show(one, content, common, language=language)
    return EXIT[diagnoses[0].verdict.side] if len(diagnoses) == 1 else 0
