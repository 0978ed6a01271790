"""Feeds of 200,000 records, a file in each format, beside programs that read the same file and count its absences."""

import json
import os
import shutil
import sys

# Long after, so nothing changes on the lists; not past 2037, where glibc reads the zone's rule again for each moment.
DAYS = ("2036-06-01", "2036-06-30")

CSV = ("import csv, datetime, sys\n"
       "with open(sys.argv[1], newline='', encoding='utf-8') as file:\n"
       "    print(sum(datetime.date.fromisoformat(row['from']) <= datetime.date.fromisoformat(row['until'])\n"
       "              for row in csv.DictReader(file, delimiter=';')))\n")
ICS = ("import icalendar, sys\n"
       "with open(sys.argv[1], 'rb') as file:\n"
       "    calendar = icalendar.Calendar.from_ical(file.read())\n"
       "print(sum(event['DTSTART'].dt <= event['DTEND'].dt for event in calendar.walk('VEVENT')))\n")
JSON = ("import datetime, json, sys\n"
        "with open(sys.argv[1], encoding='utf-8') as file:\n"
        "    print(sum(datetime.date.fromisoformat(item['from']) <= datetime.date.fromisoformat(item['until'])\n"
        "              for item in json.load(file)['items']))\n")
JQ = "[.items[] | select(.from <= .until)] | length"


class Page:
    """One format: its file, the settings that read it, and what a peer does with it."""

    def __init__(self, server, kind, records):
        self.server, self.kind, self.records = server, kind, records
        self.file, self.settings = server.file(f"feed.{kind}"), f"feed-{kind}.yaml"
        with open(self.file, "w", encoding="utf-8", newline="") as file:
            getattr(self, f"write_{kind}")(file)
        with open(server.file("postvagt.yaml")) as file:
            settings = json.load(file)
        feed = {"name": "loen", "url": f"file://{self.file}", "format": kind, "match": "employeeNumber"}
        if kind == "ics":
            feed["fields"] = {"person": "X-NUMBER"}
        else:
            feed["fields"] = {"person": "number", "from": "from", "until": "until"}
        if kind == "json":
            feed["records"] = "/items"
        settings["absence"] = {"feeds": [feed]}
        with open(server.file(self.settings), "w") as file:
            json.dump(settings, file)

    def numbers(self):
        """as many people as a large municipality's payroll names at a time, each many times"""
        return (f"{number % 1000:06}" for number in range(self.records))

    def write_json(self, file):
        json.dump({"items": [{"number": number, "from": DAYS[0], "until": DAYS[1]} for number in self.numbers()]}, file)

    def write_csv(self, file):
        file.write("number;from;until\r\n")
        file.writelines(f"{number};{DAYS[0]};{DAYS[1]}\r\n" for number in self.numbers())

    def write_ics(self, file):
        first, last = (day.replace("-", "") for day in DAYS)
        file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n")
        file.writelines(f"BEGIN:VEVENT\r\nUID:{count}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{first}\r\n"
                        f"DTEND;VALUE=DATE:{last}\r\nX-NUMBER:{number}\r\nEND:VEVENT\r\n"
                        for count, number in enumerate(self.numbers()))
        file.write("END:VCALENDAR\r\n")

    def command(self):
        return self.server.postvagt("plan", settings=self.settings)

    def peer(self):
        """(its name, its command)"""
        return {
            "json": ("jq", [shutil.which("jq"), JQ, self.file]),
            "csv": ("Python's csv", [sys.executable, "-c", CSV, self.file]),
            "ics": ("Python's icalendar", ["/usr/bin/python3", "-c", ICS, self.file]),
        }[self.kind]

    def python(self):
        """the same by Python alone: (its name, its command)"""
        scripts = {"json": ("Python's json", JSON), "csv": ("Python's csv", CSV), "ics": ("Python's icalendar", ICS)}
        name, script = scripts[self.kind]
        return name, ["/usr/bin/python3", "-c", script, self.file]

    def size(self):
        return os.path.getsize(self.file) / 1048576
