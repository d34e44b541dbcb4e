#include "gateway/venue/admin_services.hpp"

#include <utility>

namespace sluice::gateway {
namespace {

std::uint64_t value(const std::atomic<std::uint64_t>& figure) {
  return figure.load(std::memory_order_relaxed);
}

}  // namespace

void AdminServices::post(SessionOrder order) {
  // What is of no session is of the thread that lets them in.
  const std::uint32_t thread = order.session.value == 0
                                   ? parts_.shared.config.door_thread()
                                   : parts_.units[order.session.value - 1].io_thread;
  parts_.shared.mailboxes[thread].post(
      {.kind = Mail::Kind::session_order, .order = std::move(order)});
}

Json AdminServices::figures() {
  const IoShared& shared = parts_.shared;
  const RunnerCounters& engine = shared.engine;
  const OrderEntryCounters& orders = shared.order_entry;
  const EdgeCounters& edge = shared.edge;
  const DropCopyCounters& copies = parts_.copies;
  Json lanes = Json::object();
  for (const IoLane* const lane : parts_.lanes) {
    const bool is_last = lane == parts_.lanes.back();
    lanes[is_last ? "admin" : "io-" + std::to_string(lanes.size())] = {
        {"commands_waiting", lane->commands.waiting()},
        {"commands_limit", lane->commands.limit()},
        {"events_waiting", lane->events.waiting()},
        {"events_limit", lane->events.limit()}};
  }
  const TimeNs now = shared.clock();
  return {{"venue",
           {{"epoch", shared.log.epoch()},
            {"unit", shared.log.unit()},
            {"started", iso_time(parts_.started)},
            {"now", iso_time(now)},
            {"uptime_s", (now.value - parts_.started.value) / 1'000'000'000}}},
          {"engine",
           {{"commands", value(engine.commands)},
            {"events", value(engine.events)},
            {"lane_lags", value(engine.lane_lags)},
            {"pending_work", engine.pending_work.load(std::memory_order_relaxed)}}},
          {"edge",
           {{"connections", value(edge.connections)},
            {"refused_connections", value(edge.refused_connections)},
            {"evicted_connections", value(edge.evicted_connections)},
            {"garbled_messages", value(edge.garbled_messages)},
            {"hostile_connections", value(edge.hostile_connections)},
            {"slow_connections", value(edge.slow_connections)},
            {"failed_handshakes", value(edge.failed_handshakes)}}},
          {"orders",
           {{"commands", value(orders.commands)},
            {"reports", value(orders.reports)},
            {"busy_refusals", value(orders.busy_refusals)},
            {"in_flight_refusals", value(orders.in_flight_refusals)},
            {"reports_lost", value(orders.reports_lost)}}},
          {"log",
           {{"published", shared.log.published()},
            {"oldest", shared.log.oldest()},
            {"capacity", shared.log.capacity()}}},
          {"drop_copy",
           {{"copies", value(copies.copies)},
            {"copies_lost", value(copies.copies_lost)},
            {"stalled", value(copies.stalled)},
            {"refused", value(copies.refused)}}},
          {"threads", lanes}};
}

bool AdminServices::save_controls(const std::string& content) {
  try {
    parts_.state_dir.write_file(kControlsFile, content);
    return true;
  } catch (const std::exception& error) {
    parts_.shared.logger->error("{}", error.what());
    return false;
  }
}

std::string AdminServices::reload_certificates() { return parts_.reload_certificates(); }

}  // namespace sluice::gateway
