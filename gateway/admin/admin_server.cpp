#include "gateway/admin/admin_server.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "engine/runner/thread_setup.hpp"
#include "engine/types/durations.hpp"
#include "gateway/admin/commands/command_table.hpp"
#include "gateway/net/clocks.hpp"

namespace sluice::gateway {
namespace {

/// While something is under way somebody waits for it; else a look now and then is enough.
constexpr std::int64_t kBusyWaitNs = kNsPerMillisecond / 4;
constexpr std::int64_t kIdleWaitNs = 50 * kNsPerMillisecond;
/// How long clients may take to read that the venue is going down.
constexpr std::int64_t kFarewellNs = 200 * kNsPerMillisecond;

}  // namespace

AdminServer::AdminServer(Parts parts) : parts_(std::move(parts)) {
  if (!parts_.socket.empty()) {
    socket_.emplace(parts_.socket, parts_.config.admin);
    if (!poller_.add(socket_->fd(), Interest::read, kListenerToken)) {
      throw AdminSocketError("cannot watch the admin socket " + parts_.socket);
    }
  }
  if (!poller_.add(parts_.signal.fd(), Interest::read, kSignalToken)) {
    throw AdminSocketError("cannot watch the admin thread's signal");
  }
}

AdminServer::~AdminServer() { stop(); }

void AdminServer::start() {
  thread_ = std::thread([this] { run(); });
}

void AdminServer::stop() {
  stopping_.store(true, std::memory_order_release);
  parts_.signal.raise();
  if (thread_.joinable()) thread_.join();
}

void AdminServer::run() {
  set_up_thread("admin", -1);
  while (!stopping_.load(std::memory_order_acquire)) turn();
  for (const auto& client : clients_) {
    client->abandon();
    client->close_after_flush();
  }
  const std::int64_t over_ns = monotonic_now_ns() + kFarewellNs;
  while (!clients_.empty() && monotonic_now_ns() < over_ns) {
    for (const auto& client : clients_) client->flush();
    drop_gone();
    std::array<Ready, 16> ready;
    if (!clients_.empty()) (void)poller_.wait(ready, kNsPerMillisecond);
  }
}

bool AdminServer::take_events() {
  return parts_.desk.engine.poll(
      [this](const Event& event) { parts_.desk.controls.on_event(event); });
}

void AdminServer::settle() {
  bool changed = false;
  while (take_events()) changed = true;
  if (changed) (void)parts_.desk.save_controls();
}

bool AdminServer::turn() {
  bool worked = take_events();
  if (parts_.desk.engine.take_lost()) {
    parts_.desk.logger->error("admin: events were overwritten before they were read");
  }
  worked |= parts_.desk.sessions.poll();
  worked |= parts_.desk.tails.poll();
  worked |= parts_.opening.turn(parts_.desk, monotonic_now_ns());
  worked |= advance_jobs();
  const bool busy = std::any_of(clients_.begin(), clients_.end(),
                                [](const auto& client) { return client->is_busy(); });
  std::array<Ready, 64> ready;
  const std::int64_t wait_ns = worked ? 0 : busy ? kBusyWaitNs : kIdleWaitNs;
  const std::size_t count = poller_.wait(ready, wait_ns);
  bool newcomers = false;
  for (std::size_t i = 0; i < count; ++i) {
    newcomers |= ready[i].token == kListenerToken;
    if (ready[i].token == kSignalToken) parts_.signal.clear();
    // It would be reported at each turn of a job that goes on without it.
    if (ready[i].hung_up) lose(ready[i].token);
  }
  for (const auto& client : clients_) worked |= serve(*client);
  worked |= advance_jobs();
  drop_gone();
  // Whoever left before they came has made room for them.
  if (newcomers) accept_one();
  return worked || count > 0;
}

// One a turn: who has left meanwhile makes room for the next.
void AdminServer::accept_one() {
  FileDescriptor fd = socket_->accept();
  if (!fd.is_open()) return;
  auto client =
      std::make_unique<AdminConnection>(std::move(fd), parts_.config.admin, ++last_token_);
  client->last_heard_ns = monotonic_now_ns();
  welcome(*client);
  client->flush();
  if (client->gone()) return;
  client->interest = Interest::read;
  if (poller_.add(client->fd(), Interest::read, client->token())) {
    clients_.push_back(std::move(client));
  }
}

void AdminServer::welcome(AdminConnection& client) {
  std::string who;
  client.admin = identify_peer(client.fd(), parts_.config, who);
  if (!client.admin) {
    parts_.desk.logger->warn("admin socket: {} has no role and was turned away", who);
    client.refuse(nullptr, not_allowed("user " + who + " has no role: see [[admin_user]]"));
    client.close_after_flush();
    return;
  }
  if (clients_.size() >= parts_.config.admin.max_connections && !make_room_for(*client.admin)) {
    client.refuse(nullptr,
                  {"busy",
                   "all " + std::to_string(clients_.size()) + " admin connections are taken",
                   {},
                   {}});
    client.close_after_flush();
    return;
  }
  const Admin& admin = *client.admin;
  client.greet({{"sluice", SLUICE_VERSION},
                {"protocol", 1},
                {"venue", parts_.venue},
                {"user", admin.user},
                {"role", name_of(admin.role)},
                {"firm", admin.firm.empty() ? Json(nullptr) : Json(admin.firm)}});
}

// Of those who wait for nothing the one whose role reaches least, and who has been silent longest;
// none whose role reaches further than the newcomer's. So nobody keeps the kill switch from those
// who need it.
bool AdminServer::make_room_for(const Admin& newcomer) {
  AdminConnection* least = nullptr;
  for (const auto& client : clients_) {
    if (client->is_busy() || client->admin->role > newcomer.role) continue;
    if (least == nullptr || std::pair(client->admin->role, client->last_heard_ns) <
                                std::pair(least->admin->role, least->last_heard_ns)) {
      least = client.get();
    }
  }
  if (least == nullptr) return false;
  least->refuse(nullptr, {"busy", "another admin needed this place", {}, {}});
  least->flush();
  least->hang_up();
  drop_gone();
  return true;
}

// Reads, begins what may begin, writes.
bool AdminServer::serve(AdminConnection& client) {
  bool worked = false;
  if (!client.closing() && !client.said_all()) {
    const ReadStatus status = client.received().read_from(client.fd());
    worked = status == ReadStatus::data;
    if (worked) client.last_heard_ns = monotonic_now_ns();
    if (status == ReadStatus::closed) client.end_of_requests();
    if (status == ReadStatus::error) client.hang_up();
  }
  while (!client.is_busy() && !client.closing()) {
    bool too_long = false;
    const auto line = client.next_line(too_long);
    if (too_long) {
      client.refuse(nullptr, {"bad_request",
                              "a line is longer than " +
                                  std::to_string(parts_.config.admin.max_line_bytes) + " bytes",
                              {},
                              {}});
      client.close_after_flush();
    }
    if (!line) break;
    const std::size_t bytes = line->size();
    begin_request(client, *line);
    client.consume_line(bytes);
    (void)client.advance();
    worked = true;
  }
  if (client.said_all() && !client.is_busy()) client.close_after_flush();
  client.flush();
  const Interest wanted = client.wanted_interest();
  if (!client.gone() && wanted != client.interest) {
    client.interest = wanted;
    if (!poller_.modify(client.fd(), wanted, client.token())) client.hang_up();
  }
  return worked;
}

void AdminServer::begin_request(AdminConnection& client, std::string_view line) {
  ParsedRequest parsed = parse_admin_request(line);
  if (parsed.error) {
    client.refuse(parsed.request.id, *parsed.error);
    if (!parsed.is_json) client.close_after_flush();
    return;
  }
  const AdminCommand* const command = find_admin_command(parsed.request.command);
  if (command == nullptr) {
    client.refuse(parsed.request.id,
                  {"unknown_command", "there is no such command", "command", "see PROTOCOL.md"});
    return;
  }
  const Admin& admin = *client.admin;
  if (!may_use(admin.role, command->audience)) {
    const std::string why = "the role " + std::string(name_of(admin.role)) + " may not use " +
                            std::string(command->name);
    (void)parts_.desk.audit.refused(
        parts_.desk.clock(),
        {admin, parsed.request.command, parsed.request.args, parsed.request.reason}, why);
    client.refuse(parsed.request.id, not_allowed(why));
    return;
  }
  Json id = parsed.request.id;
  client.begin(command->make({parts_.desk, admin, std::move(parsed.request)}), std::move(id));
}

bool AdminServer::advance_jobs() {
  bool worked = false;
  for (const auto& client : clients_) worked |= client->advance();
  return worked;
}

void AdminServer::lose(std::uint64_t token) {
  const auto found = std::find_if(clients_.begin(), clients_.end(),
                                  [&](const auto& client) { return client->token() == token; });
  if (found == clients_.end() || !(*found)->is_busy()) return;
  (void)poller_.remove((*found)->fd());
  (*found)->hang_up();
}

// One that is gone stays until its change is carried out.
void AdminServer::drop_gone() {
  std::erase_if(clients_, [this](const std::unique_ptr<AdminConnection>& client) {
    if (!client->gone() || client->is_busy()) return false;
    (void)poller_.remove(client->fd());
    return true;
  });
}

}  // namespace sluice::gateway
