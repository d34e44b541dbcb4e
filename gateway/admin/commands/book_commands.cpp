// book.show: the levels of an instrument.
#include <optional>
#include <utility>

#include "gateway/admin/commands/order_rows.hpp"

namespace sluice::gateway {
namespace {

constexpr std::int64_t kMaxDepth = Inquiry::kMaxAnswers / 2;
constexpr std::int64_t kDepthUnlessSaid = 10;

class BookShow final : public AdminJob {
 public:
  using AdminJob::AdminJob;
  ~BookShow() override { desk_.inquiries.release(this); }

  Step advance(AnswerWriter& out) override {
    if (depth_ == 0) {
      ArgReader args(request().args);
      const auto name = args.text("instrument", 32, true);
      depth_ = args.integer("depth", 1, kMaxDepth, false).value_or(kDepthUnlessSaid);
      std::optional<AdminError> error = args.finish();
      const auto id = name ? desk_.names.instrument(*name) : std::nullopt;
      if (!error && !id) error = unknown_name("instrument", "instrument", *name);
      if (error) {
        out.fail(*error);
        return Step::done;
      }
      question_.kind = Inquiry::Kind::book;
      question_.filter.instrument = *id;
      question_.depth = Inquiry::kMaxAnswers / 2;
    }
    if (!desk_.inquiries.is_asking(this)) {
      (void)desk_.inquiries.ask(this, question_);
      return Step::again;
    }
    const Inquiry::Answer* const answer = desk_.inquiries.answer(this);
    if (answer == nullptr) return Step::again;
    out.ok(show(*answer));
    return Step::done;
  }

 private:
  Json show(const Inquiry::Answer& answer) const {
    bool truncated = false;
    Json bids = levels(answer, 0, answer.orders, truncated);
    Json asks = levels(answer, answer.orders, answer.offers, truncated);
    return {{"instrument", desk_.names.at(question_.filter.instrument).symbol},
            {"state", name_of(answer.state)},
            {"bids", std::move(bids)},
            {"asks", std::move(asks)},
            {"truncated", truncated}};
  }

  Json levels(const Inquiry::Answer& answer, std::uint32_t first, std::uint32_t count,
              bool& truncated) const {
    const InstrumentSpec& instrument = desk_.instruments.at(question_.filter.instrument);
    Json levels = Json::array();
    Price price{-1};
    std::int64_t lots = 0;
    std::int64_t orders = 0;
    const auto close = [&] {
      if (orders == 0) return;
      levels.push_back({{"price", in_units(price.value, instrument.tick)},
                        {"qty", in_units(lots, instrument.lot)},
                        {"orders", orders}});
    };
    bool full = false;
    for (std::uint32_t i = first; i < first + count && !full; ++i) {
      const OpenOrder& open = answer.order[i];
      if (open.order.price != price) {
        close();
        lots = orders = 0;
        full = static_cast<std::int64_t>(levels.size()) == depth_;
        price = open.order.price;
      }
      lots += open.leaves.value;
      ++orders;
    }
    if (!full) {
      close();
      if (count == Inquiry::kMaxAnswers / 2) truncated = true;
    }
    return levels;
  }

  Inquiry::Question question_;
  std::int64_t depth_ = 0;
};

}  // namespace

std::unique_ptr<AdminJob> make_book_show(JobStart start) {
  return std::make_unique<BookShow>(std::move(start));
}

}  // namespace sluice::gateway
