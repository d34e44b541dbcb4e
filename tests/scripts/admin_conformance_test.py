"""The fake venue speaks the protocol, and a venue that does not is told."""

import json
import unittest

import admin_conformance
from ctl_support import CtlTest


class Conformance(CtlTest):
    CASES = len(admin_conformance.CASES) + len(admin_conformance.CHANGING)

    def failures(self) -> list[str]:
        said: list[str] = []
        count = admin_conformance.run(self.venue.path, True, self.venue.audit_path, said.append)
        found = [line for line in said if line.startswith("FAILED")]
        self.assertEqual(count, len(found))
        self.assertEqual(len(said), self.CASES + 1)
        return found

    def test_the_fake_venue_conforms(self):
        self.assertEqual(self.failures(), [])

    def replace(self, command: str, answer: dict):
        self.venue.faults[command] = lambda request, send: (
            send(json.dumps({"id": request["id"], **answer}).encode() + b"\n") or True
        )

    def test_other_answers_are_noticed(self):
        self.replace("stat", {"ok": True, "result": {"engine": {}}})
        found = "\n".join(self.failures())
        self.assertIn("stat has no 'edge'", found)

    def test_a_change_that_needs_no_reason_is_noticed(self):
        for command in ("kill.on", "kill.off"):
            result = {"before": {}, "after": {}, "canceled": 0}
            self.replace(command, {"ok": True, "result": result})
        found = "\n".join(self.failures())
        self.assertIn("a change needs a reason", found)
        self.assertIn("dry kill.on has before and would", found)
        self.assertIn("one switch, not []", found)

    def test_another_order_of_answers_is_noticed(self):
        self.venue.faults["session.list"] = lambda request, send: (
            send(b'{"id":77,"ok":true,"result":{}}\n') or True
        )
        self.assertEqual(len(self.failures()), self.CASES + 1)


if __name__ == "__main__":
    unittest.main()
