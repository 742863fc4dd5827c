"""Make the fast index of words anew from the passages."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from engine.retrieval.upkeep import upkeep


class Command(BaseCommand):
    help = "Make the fast index anew, while searches go on. What is in use is replaced once all is written."

    def handle(self, **options):
        if not upkeep.rebuild(self.tell):
            raise CommandError("The fast index is being written by another process. Try again in a minute.")
        self.stdout.write("The fast index is complete.")
        if settings.ENGINE_INDEX == "fts5":
            self.stdout.write("Searches don't use it, as ENGINE_INDEX=fts5 says.")

    def tell(self, done: int, of: int) -> None:
        share = f" ({100 * done // of} %)" if of else ""
        self.stdout.write(f"{done:,} of {of:,} passages{share}")
