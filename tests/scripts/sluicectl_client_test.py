"""Tests of sluicectl against a venue that is away, slow, broken or hostile."""

import json
import os
import socket
import tempfile
import threading
import unittest
from unittest import mock

from ctl_support import CtlTest
from fake_venue import HELLO, FakeVenue
from sluicectl.client import ANSWER_BYTES_MAX, Connection, parse_object
from sluicectl.errors import NoConnection


class Connecting(CtlTest):
    def lost(self, *words: str, pattern: str):
        ran = self.ctl(*words)
        self.assertEqual(ran.code, 3, ran.err)
        self.assertRegex(ran.err, pattern)
        self.assertEqual(ran.out, "")

    def test_no_socket_says_so_and_names_the_ways_to_another(self):
        self.venue.stop()
        self.lost("stat", pattern="no such socket.*--socket or SLUICE_ADMIN_SOCKET")

    def test_a_socket_without_a_listener_says_so(self):
        self.venue.stop()
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(self.venue.path)
        self.lost("stat", pattern="nobody listens there")
        os.unlink(self.venue.path)

    def test_a_path_that_is_too_long_for_a_socket_says_so(self):
        ran = self.ctl("stat")
        self.assertEqual(ran.code, 0)
        with self.assertRaisesRegex(NoConnection, "too long"):
            Connection("/x" * 100, 1)

    def test_another_version_of_the_protocol_is_refused(self):
        self.venue.hello = json.dumps({**HELLO, "protocol": 2, "role": "viewer"}).encode() + b"\n"
        self.lost("stat", pattern="speaks protocol 2, this sluicectl 1")

    def test_something_else_that_listens_is_refused(self):
        for hello in (b'{"protocol":1}\n', b"SSH-2.0-x\n", b"[]\n", b"\xff\xfe\n", b"\n"):
            self.venue.hello = hello
            self.lost("stat", pattern="no Sluice|not of the protocol")
        self.venue.hello = json.dumps({**HELLO, "protocol": True}).encode() + b"\n"
        self.lost("stat", pattern="no Sluice")

    def test_who_has_no_role_hears_it_from_the_venue(self):
        error = {"code": "not_allowed", "message": "the user nobody has no role"}
        self.venue.hello = json.dumps({"ok": False, "error": error}).encode() + b"\n"
        ran = self.ctl("stat")
        self.assertEqual(ran.code, 1)
        self.assertIn("the user nobody has no role", ran.err)

    def test_a_venue_that_says_nothing_is_waited_for_no_longer_than_asked(self):
        self.venue.hello = b""
        with self.assertRaisesRegex(NoConnection, "no answer within 0.05 s"):
            Connection(self.venue.path, 0.05)


class Answers(CtlTest):
    """`stat` is answered with chosen bytes."""

    def answer(self, *pieces: bytes, close: bool = False):
        def fault(request, send):
            for piece in pieces:
                send(piece.replace(b"ID", str(request["id"]).encode()))
            if close:
                raise OSError("the test closes")
            return True

        self.venue.faults["stat"] = fault
        self.venue.faults["session.list"] = fault

    def bad(self, line: bytes, pattern: str = "not of the protocol"):
        self.answer(line)
        ran = self.ctl("stat")
        self.assertEqual((ran.code, ran.out), (3, ""), line[:80])
        self.assertRegex(ran.err, pattern)
        self.assertNotIn("\x1b", ran.err)

    def test_what_is_no_answer_ends_the_connection(self):
        for line in (
            b"\n",
            b"null\n",
            b"[]\n",
            b"{\n",
            b'{"id":ID,"ok":true,"result":{}}x\n',
            b'{"id":ID,"ok":true}\n',
            b'{"id":ID,"ok":true,"result":[]}\n',
            b'{"id":ID,"ok":1,"result":{}}\n',
            b'{"id":ID,"ok":false}\n',
            b'{"id":ID,"ok":false,"error":"no"}\n',
            b'{"id":ID,"row":7}\n',
            b'{"ok":true,"result":{}}\n',
            b'{"id":ID,"ok":true,"result":{"x":NaN}}\n',
            b'{"id":ID,"ok":true,"result":{"x":1,"x":2}}\n',
            b'{"id":ID,"ok":true,"result":{"x":' + b"9" * 5000 + b"}}\n",
            b'{"id":ID,"ok":true,"result":{"x":"\xff"}}\n',
            b"[" * 100000 + b"\n",
            b'{"id":ID,"x":' * 20000 + b"\n",
            b"\x1b[2J\x00\n",
        ):
            self.bad(line)

    def test_an_answer_to_another_request_ends_the_connection(self):
        for identity in (b"99", b'"1"', b"1.0", b"true", b"[1]"):
            self.bad(b'{"id":' + identity + b',"ok":true,"result":{}}\n', "request 1 got")

    def test_a_line_without_end_is_cut_at_its_bound(self):
        self.answer(b"x" * (ANSWER_BYTES_MAX + 70000))
        ran = self.ctl("stat")
        self.assertEqual(ran.code, 3)
        self.assertIn(f"longer than {ANSWER_BYTES_MAX}", ran.err)

    def test_a_long_line_within_the_bound_is_read(self):
        self.answer(b'{"id":ID,"ok":true,"result":{"x":"' + b"y" * 1000000 + b'"}}\n')
        self.assertIn("y" * 1000000, self.good("stat").out)

    def test_a_change_that_never_left_is_not_said_to_be_unknown(self):
        self.venue.stop()
        ran = self.ctl("kill", "on", "--venue", "--reason", "x", "--yes")
        self.assertEqual(ran.code, 3)
        self.assertNotIn("unknown", ran.err)

    def test_rows_have_a_bound(self):
        row = b'{"id":ID,"row":{"session":"A"}}\n'
        for count, code in ((3, 0), (4, 3)):
            self.answer(*[row] * count, b'{"id":ID,"ok":true,"result":{}}\n')
            with mock.patch("sluicectl.client.ROWS_MAX", 3):
                ran = self.ctl("session", "list")
            self.assertEqual(ran.code, code, ran.err)
        self.assertIn("more than 3 rows", ran.err)

    def test_a_connection_that_breaks_in_the_middle_of_an_answer_is_told(self):
        self.answer(b'{"id":ID,"ok":tr', close=True)
        ran = self.ctl("stat")
        self.assertEqual((ran.code, ran.out), (3, ""))
        self.assertIn("closed the connection in the middle of an answer", ran.err)

    def test_rows_without_their_end_are_not_shown_as_a_whole_answer(self):
        self.answer(b'{"id":ID,"row":{"session":"A"}}\n', close=True)
        ran = self.ctl("session", "list")
        self.assertEqual((ran.code, ran.out), (3, ""))

    def test_an_error_without_id_is_the_venues_refusal(self):
        self.answer(b'{"id":null,"ok":false,"error":{"code":"bad_request","message":"line"}}\n')
        ran = self.ctl("stat")
        self.assertEqual(ran.code, 1)
        self.assertIn("bad_request: line", ran.err)

    def test_bytes_that_come_one_by_one_are_an_answer(self):
        line = b'{"id":1,"ok":true,"result":{"engine":{"x":5}}}\n'
        self.answer(*[bytes([b]) for b in line])
        self.assertIn("engine.x  5", self.good("stat").out)

    def test_nothing_from_the_venue_steers_the_terminal(self):
        evil = "\\u001b[2J\\u009b31m\\u202e\\ud800\\n"
        row = b'{"id":ID,"row":{"session":"%b"}}\n' % evil.encode()
        self.answer(row, b'{"id":ID,"ok":true,"result":{"%b":"%b"}}\n' % ((evil.encode(),) * 2))
        for words in (("session", "list"), ("session", "list", "--json")):
            out = self.good(*words).out
            self.assertTrue(all(c.isprintable() or c == "\n" for c in out), ascii(out))
            self.assertIn("1b", out)
        error = b'{"id":ID,"ok":false,"error":{"code":"%b","message":"%b"}}\n'
        self.answer(error % ((evil.encode(),) * 2))
        for words in (("stat",), ("stat", "--json")):
            ran = self.ctl(*words)
            self.assertTrue(all(c.isprintable() or c == "\n" for c in ran.err), ascii(ran.err))

    def test_a_request_has_the_form_of_the_page(self):
        self.good("session", "reset", "CLIENT2", "--reason", "é", "--dry-run")
        wanted = {"id": 1, "command": "session.reset", "args": {"session": "CLIENT2"}}
        self.assertEqual(self.venue.requests, [{**wanted, "reason": "é", "dry_run": True}])

    def test_a_change_whose_answer_is_lost_is_sent_once_and_its_outcome_unknown(self):
        def fault(request, send):
            raise OSError("the test closes")

        self.venue.faults["kill.on"] = fault
        ran = self.ctl("kill", "on", "--venue", "--reason", "x", "--yes")
        self.assertEqual(ran.code, 3)
        self.assertIn("closed the connection; whether it was done is unknown", ran.err)
        self.assertEqual(len(self.venue.requests), 1)

    def test_a_request_longer_than_the_venue_takes_is_not_sent(self):
        names = [f"{'N' * 60}{n}" for n in range(1100)]
        ran = self.ctl("instrument", "halt", *names, "--reason", "x", "--yes")
        self.assertEqual(ran.code, 2)
        self.assertIn("the venue takes 65536", ran.err)
        self.assertEqual(self.venue.requests, [])


class ScriptedSocket:
    """Pieces that arrive after so many seconds each, on a clock of its own."""

    def __init__(self, *pieces: tuple[float, bytes]):
        self._pieces = list(pieces)
        self._timeout_s: float | None = None
        self.now_s = 1000.0

    def settimeout(self, seconds: float | None) -> None:
        self._timeout_s = seconds

    def sendall(self, line: bytes) -> None:
        pass

    def recv(self, size: int) -> bytes:
        seconds, piece = self._pieces.pop(0)
        if self._timeout_s is not None and seconds > self._timeout_s:
            raise TimeoutError
        self.now_s += seconds
        return piece

    def close(self) -> None:
        pass


class Patience(CtlTest):
    ROW = b'{"id":1,"row":{"session":"A"}}\n'
    END = b'{"id":1,"ok":true,"result":{}}\n'

    def connect(self, *pieces: tuple[float, bytes]) -> Connection:
        connection = Connection(self.venue.path, 10)
        connection.close()
        scripted = connection._socket = ScriptedSocket(*pieces)
        clock = mock.patch("sluicectl.client.time.monotonic", lambda: scripted.now_s)
        clock.start()
        self.addCleanup(clock.stop)
        return connection

    def ask(self, *pieces: tuple[float, bytes], **more) -> list[dict]:
        connection = self.connect(*pieces)
        rows: list[dict] = []
        connection.ask("session.list", {}, on_row=rows.append, **more)
        return rows

    def test_rows_may_take_longer_together_than_one_may_alone(self):
        self.assertEqual(len(self.ask(*[(9, self.ROW)] * 4, (9, self.END))), 4)

    def test_a_tail_waits_for_as_long_as_nothing_passes(self):
        connection = self.connect((9999, self.ROW), (9999, self.END))
        self.assertEqual(list(connection.stream("tail", {})), [{"session": "A"}])

    def test_a_line_that_drips_is_not_waited_for_beyond_its_time(self):
        self.ask((9, self.END[:5]), (0.5, self.END[5:]))
        with self.assertRaisesRegex(NoConnection, "no answer within 10 s"):
            self.ask((9, self.END[:5]), (0.5, self.END[5:7]), (0.6, self.END[7:]))

    def test_a_request_may_have_a_patience_of_its_own(self):
        self.ask((80, self.END), timeout_s=90)
        with self.assertRaisesRegex(NoConnection, "no answer within 2 s"):
            self.ask((3, self.END), timeout_s=2)

    def test_a_short_line_behind_a_long_one_that_came_in_pieces_is_found(self):
        long = self.ROW.replace(b"A", b"A" * 500)
        self.assertEqual(len(self.ask((0, long[:-2]), (0, long[-2:] + self.END))), 1)

    def test_a_change_has_more_than_a_look_unless_told(self):
        change = ("kill", "on", "--venue", "--reason", "x", "--yes")
        with mock.patch.object(Connection, "ask", return_value={}) as asked:
            self.good(*change, timeout=None)
            self.assertEqual(asked.call_args.kwargs["timeout_s"], 90)
            self.good(*change, timeout="7")
            self.assertEqual(asked.call_args.kwargs["timeout_s"], 7)
            self.good("stat", timeout="7")
            self.assertIsNone(asked.call_args.kwargs.get("timeout_s"))


class Lines(unittest.TestCase):
    def test_strictness_of_objects(self):
        self.assertEqual(parse_object(b' {"a":1} '), {"a": 1})
        for bad in (b"", b"1", b'{"a":1,"a":1}', b'{"a":Infinity}', b'{"a":"\xc3"}'):
            with self.assertRaises(ValueError):
                parse_object(bad)

    def test_an_idle_connection_that_the_venue_closed_is_noticed(self):
        with tempfile.TemporaryDirectory() as folder:
            with FakeVenue(folder) as venue:
                connection = Connection(venue.path, 1)
                self.assertTrue(connection.is_open)
            self.assertFalse(connection.is_open)
            connection.close()
            self.assertFalse(connection.is_open)
        self.assertEqual(threading.active_count(), 1)


if __name__ == "__main__":
    unittest.main()
