"""The demo's conversation: two clients trade with each other, and every answer is checked.

Exit code 0 when the venue said what it should, 1 when not.
"""

import argparse
import shutil
import sys
from decimal import Decimal

from fix_client import FixClient, FixError, utc_timestamp
from fix_decode import Dictionary, GarbledMessage, Message, Printer

BUY, SELL = "1", "2"
LIMIT = "2"
GOOD_TILL_CANCEL = "1"


class Conversation:
    def __init__(self, arguments: argparse.Namespace):
        self._arguments = arguments
        self._dictionary = Dictionary(arguments.dictionary)
        columns = shutil.get_terminal_size((100, 24)).columns
        self._printer = Printer(self._dictionary, arguments.color, columns)
        self._symbol = arguments.symbol
        self._price = Decimal(arguments.price)
        self._quantity = Decimal(arguments.quantity)
        self._fill = (self._quantity * Decimal("0.4")).normalize()
        self._smaller = (self._quantity * Decimal("0.8")).normalize()

    def run(self) -> None:
        self._note("Two clients log on, each over a TCP connection of its own.")
        maker = self._connect("CLIENT1")
        taker = self._connect("CLIENT2")
        self._rest(maker)
        self._cross(maker, taker)
        self._replace(maker)
        self._cancel(maker)
        self._refuse(maker, taker)
        self._note("Both log out.")
        maker.logout()
        taker.logout()

    def _connect(self, comp_id: str) -> FixClient:
        client = FixClient(
            self._arguments.host,
            self._arguments.port,
            comp_id,
            dictionary=self._dictionary,
            on_message=lambda message, outgoing: self._show(comp_id, message, outgoing),
        )
        client.logon(comp_id, self._arguments.password)
        return client

    def _rest(self, maker: FixClient) -> None:
        self._note(f"CLIENT1 offers {self._quantity} {self._symbol}: the order rests in the book.")
        self._order(maker, "demo-sell-1", SELL, self._quantity, self._price)
        maker.expect(
            "8",
            {150: "0", 39: "0", 11: "demo-sell-1", 14: Decimal(0), 151: self._quantity},
        )

    def _cross(self, maker: FixClient, taker: FixClient) -> None:
        self._note(f"CLIENT2 buys {self._fill} at that price: both sides hear of the fill.")
        self._order(taker, "demo-buy-1", BUY, self._fill, self._price)
        taker.expect("8", {150: "0", 39: "0", 11: "demo-buy-1"})
        match = {150: "F", 31: self._price, 32: self._fill, 14: self._fill, 6: self._price}
        took = {39: "2", 151: Decimal(0), 851: "2", 1057: "Y"}
        bought = taker.expect("8", {**match, **took, 11: "demo-buy-1"})
        gave = {39: "1", 151: self._quantity - self._fill, 851: "1", 1057: "N"}
        sold = maker.expect("8", {**match, **gave, 11: "demo-sell-1"})
        if bought.get(880) is None or bought.get(880) != sold.get(880):
            raise FixError("the two reports of one match have different TrdMatchID(880)")
        if bought.get(17) == sold.get(17):
            raise FixError("two reports have the same ExecID(17)")

    def _replace(self, maker: FixClient) -> None:
        self._note(f"CLIENT1 makes its order smaller, {self._smaller} in all: it keeps its place.")
        body = self._request("demo-sell-2", "demo-sell-1", SELL)
        maker.send(
            "G", [*body, (38, f"{self._smaller:f}"), (40, LIMIT), (44, f"{self._price:f}"), (59, "1")]
        )
        maker.expect(
            "8",
            {
                150: "5",
                39: "1",
                11: "demo-sell-2",
                41: "demo-sell-1",
                38: self._smaller,
                14: self._fill,
                151: self._smaller - self._fill,
            },
        )

    def _cancel(self, maker: FixClient) -> None:
        self._note("CLIENT1 cancels what is left.")
        maker.send("F", self._request("demo-cancel-1", "demo-sell-2", SELL))
        maker.expect(
            "8",
            {150: "4", 39: "4", 11: "demo-cancel-1", 41: "demo-sell-2", 151: Decimal(0)},
        )

    def _refuse(self, maker: FixClient, taker: FixClient) -> None:
        self._note("What the venue refuses, it refuses with a reason: a price between two ticks,")
        self._order(taker, "demo-buy-2", BUY, self._fill, self._price + Decimal("1e-9"))
        refusal = taker.expect("8", {150: "8", 39: "8", 11: "demo-buy-2", 103: "18"})
        self._require_reason(refusal)
        self._note("and a cancel that comes too late.")
        maker.send("F", self._request("demo-cancel-2", "demo-sell-2", SELL))
        refusal = maker.expect("9", {11: "demo-cancel-2", 434: "1", 102: "0"})
        self._require_reason(refusal)

    def _order(
        self, client: FixClient, clordid: str, side: str, quantity: Decimal, price: Decimal
    ) -> None:
        client.send(
            "D",
            [
                (11, clordid),
                (55, self._symbol),
                (54, side),
                (60, utc_timestamp()),
                (38, f"{quantity:f}"),
                (40, LIMIT),
                (44, f"{price:f}"),
                (59, GOOD_TILL_CANCEL),
            ],
        )

    def _request(self, clordid: str, orig_clordid: str, side: str) -> list[tuple[int, str]]:
        return [
            (41, orig_clordid),
            (11, clordid),
            (55, self._symbol),
            (54, side),
            (60, utc_timestamp()),
        ]

    @staticmethod
    def _require_reason(refusal: Message) -> None:
        if not refusal.get(58) or not refusal.get(25016):
            raise FixError("a refusal without Text(58) and ErrorCode(25016)")

    def _show(self, comp_id: str, message: Message, outgoing: bool) -> None:
        parties = (comp_id, "SLUICE") if outgoing else ("SLUICE", comp_id)
        print(self._printer.describe(message, *parties))

    def _note(self, text: str) -> None:
        print(f"\n{self._printer.note(text)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dictionary", required=True, help="a QuickFIX data dictionary")
    parser.add_argument("--password", default="demo")
    parser.add_argument("--symbol", default="BTC-USDT")
    parser.add_argument("--price", default="60000")
    parser.add_argument("--quantity", default="0.5")
    parser.add_argument("--color", action="store_true")
    arguments = parser.parse_args()
    try:
        Conversation(arguments).run()
    except (FixError, GarbledMessage, OSError) as problem:
        print(f"\nconversation: FAILED: {problem}", file=sys.stderr)
        return 1
    print("\nconversation: every answer was as expected")
    return 0


if __name__ == "__main__":
    sys.exit(main())
