"""Crawl the sources of this data folder; the server runs it as its part `crawler`."""

import signal
from threading import Event

from django.core.management.base import BaseCommand

from engine.crawl.service import new_crawler, turn
from engine.neural.background import embedding_beside
from engine.retrieval.upkeep import upkeep
from home.sweeping import sweeping_beside

ASK_EVERY_SECONDS = 1.0


class Command(BaseCommand):
    help = "Crawl what waits to be crawled, until it is stopped; with --once until nothing waits any more."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="end when everything has been crawled")

    def handle(self, *, once: bool, **options):
        stopped = Event()
        with new_crawler() as crawler:

            def stop(*_):
                stopped.set()
                crawler.stop()

            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
            told = False
            while not stopped.is_set():
                with turn() as is_ours:
                    if is_ours:
                        upkeep.begin()  # what a process that died left undone
                        with embedding_beside(), sweeping_beside():
                            return crawler.run(until_done=once)
                if not told:
                    self.stdout.write("Another process crawls this data folder; waiting for it to end.")
                    self.stdout.flush()
                    told = True
                stopped.wait(ASK_EVERY_SECONDS)
