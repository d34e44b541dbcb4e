"""Tests of scripts/lib/fix_decode.py and of the bytes that fix_client.py builds."""

import socket
import sys
import tempfile
import threading
import unittest
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "lib"))

from fix_client import FixClient, FixError, Framer, build  # noqa: E402
from fix_decode import Dictionary, GarbledMessage, Printer, parse, parse_masked  # noqa: E402

SMALL_DICTIONARY = """<fix type="FIX" major="4" minor="4">
  <messages>
    <message name="Logon" msgtype="A" msgcat="admin"/>
    <message name="ExecutionReport" msgtype="8" msgcat="app"/>
  </messages>
  <fields>
    <field number="18" name="ExecInst" type="MULTIPLEVALUESTRING">
      <value enum="6" description="PARTICIPATE_DONT_INITIATE"/>
      <value enum="E" description="DO_NOT_INCREASE"/>
    </field>
    <field number="39" name="OrdStatus" type="CHAR">
      <value enum="1" description="PARTIALLY_FILLED"/>
    </field>
    <field number="58" name="Text" type="STRING"/>
    <field number="95" name="RawDataLength" type="LENGTH"/>
    <field number="96" name="RawData" type="DATA"/>
    <field number="554" name="Password" type="STRING"/>
  </fields>
</fix>
"""


def small_dictionary() -> Dictionary:
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(SMALL_DICTIONARY)
        file.flush()
        return Dictionary(file.name)


class Parsing(unittest.TestCase):
    def test_a_published_message_is_built_byte_for_byte(self):
        # The execution report that serves as the example in many introductions to FIX.
        published = (
            "8=FIX.4.2|9=178|35=8|49=PHLX|56=PERS|52=20071123-05:30:00.000|11=ATOMNOCCC9990900|"
            "20=3|150=E|39=E|55=MSFT|167=CS|54=1|38=15|40=2|44=15|58=PHLX EQUITY TESTING|59=0|"
            "47=C|32=0|31=0|151=15|14=0|6=0|10=128|"
        )
        fields = [field.split("=") for field in published.split("|")[2:-2]]
        raw = build("FIX.4.2", [(int(tag), value) for tag, value in fields])
        self.assertEqual(raw, published.replace("|", "\x01").encode())

    def test_what_is_built_is_read_back_in_order(self):
        message = parse(build("FIX.4.4", [(35, "8"), (58, "first"), (58, "second")]))
        self.assertEqual(message.msg_type, "8")
        self.assertEqual([v for t, v in message.fields if t == 58], ["first", "second"])
        self.assertIsNone(message.get(11))

    def test_a_changed_byte_is_noticed(self):
        raw = build("FIX.4.4", [(35, "8"), (58, "text")])
        with self.assertRaisesRegex(GarbledMessage, "CheckSum"):
            parse(raw.replace(b"text", b"tent"))

    def test_a_wrong_body_length_is_noticed(self):
        raw = build("FIX.4.4", [(35, "8"), (58, "text")])
        with self.assertRaisesRegex(GarbledMessage, "BodyLength"):
            parse(raw.replace(b"9=13", b"9=12"))

    def test_a_data_field_may_hold_the_separator(self):
        raw = build("FIX.4.4", [(35, "A"), (95, "3"), (96, "a\x01b"), (58, "end")])
        message = parse(raw, small_dictionary())
        self.assertEqual(message.get(96), "a\x01b")
        self.assertEqual(message.get(58), "end")

    def test_a_data_field_of_the_wrong_length_is_garbled(self):
        raw = build("FIX.4.4", [(35, "A"), (95, "2"), (96, "abc")])
        with self.assertRaisesRegex(GarbledMessage, "96"):
            parse(raw, small_dictionary())


    def test_a_masked_message_is_read_although_nothing_in_it_fits(self):
        masked = b"8=FIX.4.4\x019=7\x0135=A\x0195=64\x0196=***\x01554=***\x0110=000\x01"
        message = parse_masked(masked, small_dictionary())
        found = [message.get(tag) for tag in (96, 554, 10)]
        self.assertEqual(found, ["***", "***", "000"])
        with self.assertRaisesRegex(GarbledMessage, "96"):
            parse_masked(masked.replace(b"***", b"**"), small_dictionary())


class Framing(unittest.TestCase):
    def test_bytes_one_at_a_time_give_the_same_messages(self):
        first, second = build("FIX.4.4", [(35, "0")]), build("FIX.4.4", [(35, "8"), (58, "x")])
        framer = Framer()
        found = []
        for byte in first + second:
            found += framer.feed(bytes([byte]))
        self.assertEqual(found, [first, second])

    def test_two_messages_in_one_piece_are_two(self):
        first, second = build("FIX.4.4", [(35, "0")]), build("FIX.4.4", [(35, "1")])
        self.assertEqual(Framer().feed(first + second), [first, second])

    def test_a_stream_that_is_not_fix_is_refused(self):
        with self.assertRaises(GarbledMessage):
            Framer().feed(b"HTTP/1.1 400 Bad Request\r\nServer: other\r\n")


class Printing(unittest.TestCase):
    def describe(self, body, color=False, columns=100):
        message = parse(build("FIX.4.4", [(34, "7"), *body]))
        return Printer(small_dictionary(), color, columns).describe(message, "SLUICE", "CLIENT1")

    def test_names_and_values_come_from_the_dictionary(self):
        text = self.describe([(35, "8"), (39, "1"), (18, "6 E")])
        self.assertIn("ExecutionReport(8)", text)
        self.assertIn("OrdStatus(39)=1 partially filled", text)
        self.assertIn("ExecInst(18)=6 E participate dont initiate, do not increase", text)

    def test_an_unknown_tag_and_value_are_shown_as_such(self):
        text = self.describe([(35, "8"), (9999, "x"), (39, "Z")])
        self.assertIn("?(9999)=x", text)
        self.assertIn("OrdStatus(39)=Z ?", text)

    def test_a_password_is_never_shown(self):
        text = self.describe([(35, "A"), (554, "demo")])
        self.assertIn("Password(554)=***", text)
        self.assertNotIn("demo", text)

    def test_nothing_from_the_wire_steers_the_terminal(self):
        text = self.describe([(35, "8"), (58, "\x1b[2J")])
        self.assertNotIn("\x1b", text)
        self.assertIn("\\x1b[2J", text)

    def test_colours_only_when_asked(self):
        self.assertNotIn("\x1b", self.describe([(35, "8"), (58, "text")]))
        self.assertIn("\x1b[31mtext\x1b[0m", self.describe([(35, "8"), (58, "text")], color=True))

    def test_lines_stay_within_the_columns(self):
        text = self.describe([(35, "8")] + [(58, "word")] * 30, columns=60)
        self.assertGreater(len(text.splitlines()), 3)
        self.assertTrue(all(len(line) <= 60 for line in text.splitlines()))


class Talking(unittest.TestCase):
    """The client against a counterpart that sends fixed bytes."""

    def client(self, *answers: bytes) -> FixClient:
        listener = socket.create_server(("127.0.0.1", 0))

        def serve():
            with listener, listener.accept()[0] as connection:
                for answer in answers:
                    connection.sendall(answer)
                while connection.recv(4096):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        client = FixClient("127.0.0.1", listener.getsockname()[1], "CLIENT1")
        self.addCleanup(thread.join)
        self.addCleanup(client.close)
        return client

    @staticmethod
    def answer(number: int, msg_type: str, *body: tuple[int, str]) -> bytes:
        head = [(35, msg_type), (34, str(number)), (49, "SLUICE"), (56, "CLIENT1")]
        return build("FIX.4.4", [*head, *body])

    def test_the_expected_answer_is_returned(self):
        client = self.client(self.answer(1, "8", (39, "0"), (38, "0.50")))
        report = client.expect("8", {39: "0", 38: Decimal("0.5")})
        self.assertEqual(report.get(38), "0.50")

    def test_heartbeats_are_passed_over(self):
        client = self.client(self.answer(1, "0"), self.answer(2, "8", (39, "0")))
        client.expect("8", {39: "0"})

    def test_another_value_fails(self):
        client = self.client(self.answer(1, "8", (39, "8")))
        with self.assertRaisesRegex(FixError, "expected 39=0, got 8"):
            client.expect("8", {39: "0"})

    def test_another_quantity_fails(self):
        client = self.client(self.answer(1, "8", (38, "0.05")))
        with self.assertRaisesRegex(FixError, "expected 38=0.5, got 0.05"):
            client.expect("8", {38: Decimal("0.5")})

    def test_a_missing_field_fails(self):
        client = self.client(self.answer(1, "8"))
        with self.assertRaisesRegex(FixError, "got None"):
            client.expect("8", {38: Decimal("0.5")})

    def test_another_message_fails_with_its_text(self):
        client = self.client(self.answer(1, "3", (58, "no such tag")))
        with self.assertRaisesRegex(FixError, "expected 8, got 3: no such tag"):
            client.expect("8", {})

    def test_a_gap_in_the_numbers_fails(self):
        client = self.client(self.answer(2, "8"))
        with self.assertRaisesRegex(FixError, r"MsgSeqNum\(34\)=1, got 2"):
            client.expect("8", {})

    def test_silence_fails(self):
        with self.assertRaisesRegex(FixError, "no 8 within"):
            self.client().expect("8", {}, timeout_s=0.01)


if __name__ == "__main__":
    unittest.main()
