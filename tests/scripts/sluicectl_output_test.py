"""What sluicectl writes where nobody reads any more."""

import os
import unittest

import ctl_support  # noqa: F401  (finds the package)
from sluicectl.show import Output


def deaf_stream():
    """A text stream into a pipe whose reader is gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w", encoding="utf-8")


class OutputTest(unittest.TestCase):
    def test_data_that_nobody_reads_ends_the_program_quietly(self):
        stream = deaf_stream()
        with self.assertRaises(BrokenPipeError):
            Output(data=stream).data("a line")
        stream.close()  # what was buffered is not tried again

    def test_a_lasting_program_goes_on_without_its_reader(self):
        stream = deaf_stream()
        output = Output(data=stream)
        output.lasting = True
        output.data("a line")
        output.data("another")
        stream.close()

    def test_talk_that_nobody_reads_ends_nothing(self):
        stream = deaf_stream()
        output = Output(talk=stream)
        output.talk("a word")
        output.talk("another")
        stream.close()


if __name__ == "__main__":
    unittest.main()
