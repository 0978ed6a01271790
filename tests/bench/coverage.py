"""A year of holidays, and what coverage answers of it."""

import datetime
import json
import random
import re
import subprocess

from servers import ENV
from world import World

FROM, DAYS = datetime.date(2027, 1, 1), 365
HOLIDAYS = [(7, 7, 1), (26, 32, 3), (42, 42, 1), (51, 52, 1)]  # in these weeks, so many of them
SINGLE_DAYS, HOURS = 6, 2


class Holidays(World):
    """Every recipient is away some 40 days of the year, and a few hours here and there; the next one stands in."""

    def duties(self, number, roles):
        yield from super().duties(number, roles)
        if number not in self.recipients or number in self.deputy:
            return
        place = self.recipients.index(number)
        yield f"postvagtDeputy: {self.reference(self.recipients[(place + 1) % len(self.recipients)])}"
        chance = random.Random(number)
        for first, last, weeks in HOLIDAYS:
            start = datetime.date.fromisocalendar(FROM.year, chance.randint(first, last - weeks + 1), 1)
            yield f"postvagtAbsence: {start}/{start + datetime.timedelta(days=7 * weeks - 1)}"
        for _ in range(SINGLE_DAYS):
            yield f"postvagtAbsence: {self.some_day(chance)}"
        for _ in range(HOURS):
            day, hour = self.some_day(chance), chance.randint(8, 14)
            yield f"postvagtAbsence: {day}T{hour:02}:{chance.choice((0, 15, 30, 45)):02}/{day}T{hour + 1:02}:45"

    @staticmethod
    def some_day(chance):
        return FROM + datetime.timedelta(days=chance.randrange(DAYS))


class Year:
    """Runs of coverage, and what they say of themselves."""

    def __init__(self, server):
        self.server, self.computing = server, []
        self.command = server.postvagt("-v", "--json", "--at", str(FROM), "coverage", "--days", str(DAYS))

    def run(self):
        """Whether it answered at all"""
        done = subprocess.run(self.command, env=ENV, check=False, capture_output=True, text=True)
        said = re.search(r"(\d+) days of \d+ lists, (\d+) decisions in ([\d.]+) ms", done.stderr)
        self.decisions = int(said[2])
        self.computing.append(float(said[3]))
        return int(said[1]) == DAYS and done.returncode in (0, 5)

    def agrees(self):
        """Whether no first of a month looks better than plan says it begins."""
        done = subprocess.run(self.command, env=ENV, check=False, capture_output=True)
        days = {day["date"]: day["tags"] for day in json.loads(done.stdout)["days"]}
        return all(self.is_no_better(days[date], self.server.answer("plan", "--at", date))
                   for date in (str(FROM.replace(month=month)) for month in range(1, 13)))

    @staticmethod
    def is_no_better(lines, plan):
        lists = {(item["tag"], item["kind"]): item for item in plan["lists"]}
        for line in lines:
            item = lists[line["tag"], line["kind"]]
            here = [m for m in item["members"] if not any("stays" in why for why in m["why"])]
            if item["gaps"] and not line["gap"] or not line["gap"] and len(line["available"]) > len(here):
                return False
        return len(lines) == len(lists) - 1  # the mailbox's own is answered by nobody
