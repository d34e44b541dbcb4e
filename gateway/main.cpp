// The command line of sluice.
#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <pthread.h>
#include <string>
#include <unistd.h>

#include "gateway/auth/logon_signature.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/config/tls_files.hpp"
#include "gateway/config/venue_config_reader.hpp"
#include "gateway/journal_tool/journal_commands.hpp"
#include "gateway/net/descriptor_limit.hpp"
#include "gateway/net/file_descriptor.hpp"
#include "gateway/venue/venue.hpp"

namespace {

// Documented in scripts/README.md.
enum ExitCode : int {
  kStopped = 0,
  kInternalFailure = 1,
  kUsage = 2,
  kBadConfiguration = 3,
  kCannotListen = 4,
  kBadStateDir = 5,
  kTooFewDescriptors = 6,
  kBadAdmin = 7,
  kBadJournal = 8,
};

// Blocked before any thread is made, so that only sigwait() sees them. Whoever reads our log
// through a pipe may close it: that is an error of one write, not the end of the venue.
sigset_t set_up_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  // A file at its limit is an error of one write as well.
  std::signal(SIGXFSZ, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// Whatever is wrong with the file is found here, before anything is made: --check and the start
/// say the same.
sluice::gateway::VenueConfig checked_config(const std::string& path) {
  sluice::gateway::VenueConfig config = sluice::gateway::read_venue_config(path);
  sluice::gateway::refuse_demo_passwords_beyond_loopback(config);
  if (config.tls) static_cast<void>(load_tls_files(*config.tls));
  return config;
}

std::string shown(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ':' + std::to_string(port);
}

int run(const std::string& path) {
  const sigset_t signals = set_up_signals();
  sluice::gateway::Venue venue(checked_config(path));
  venue.when_storage_fails([] { ::kill(::getpid(), SIGTERM); });
  venue.start();
  const sluice::gateway::VenueConfig& config = venue.config();
  if (config.gateway.port) {
    std::cout << "sluice: listening on " << shown(config.gateway.bind_address, venue.port())
              << std::endl;
  }
  if (config.tls) {
    std::cout << "sluice: listening with TLS on "
              << shown(config.tls->bind_address, venue.tls_port()) << std::endl;
  }
  for (int signal = SIGHUP; signal == SIGHUP;) {
    ::sigwait(&signals, &signal);
    if (signal == SIGHUP) static_cast<void>(venue.reload_certificates());
  }
  venue.stop();
  if (venue.journal().has_failed()) {
    std::cerr << "sluice: the journal cannot be written: " << venue.journal().failure() << '\n';
    return kBadJournal;
  }
  std::cout << "sluice: stopped" << std::endl;
  return kStopped;
}

int check(const std::string& path) {
  const auto config = checked_config(path);
  if (config.tls) {
    for (const std::string& warning : load_tls_files(*config.tls).warnings) {
      std::cerr << path << ": " << warning << '\n';
    }
  }
  std::cout << path << ": good: " << config.instruments.size() << " instruments, "
            << config.sessions.size() << " sessions\n";
  return kStopped;
}

int print_hash() {
  std::string password;
  std::getline(std::cin, password);
  std::cout << sluice::gateway::hash_password(password) << '\n';
  return kStopped;
}

/// The secret key to a new file that only its owner can read, the public one to standard output.
int make_key(const std::string& path) {
  const sluice::gateway::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) {
    std::cerr << "sluice: cannot create " << path << ": " << std::strerror(errno)
              << "; expected a path where nothing is yet\n";
    return kUsage;
  }
  const sluice::gateway::KeyPair pair = sluice::gateway::make_key_pair();
  const auto size = static_cast<ssize_t>(pair.secret_pem.size());
  if (::write(file.get(), pair.secret_pem.data(), pair.secret_pem.size()) != size) {
    std::cerr << "sluice: cannot write " << path << ": " << std::strerror(errno) << '\n';
    return kInternalFailure;
  }
  std::cout << pair.public_base64 << '\n';
  return kStopped;
}

template <class Action>
int guarded(Action action) {
  try {
    return action();
  } catch (const sluice::gateway::ConfigError& error) {
    std::cerr << error.what() << '\n';
    return kBadConfiguration;
  } catch (const sluice::gateway::ListenError& error) {
    std::cerr << "sluice: " << error.what() << '\n';
    return kCannotListen;
  } catch (const sluice::gateway::StateDirError& error) {
    std::cerr << "sluice: " << error.what() << '\n';
    return kBadStateDir;
  } catch (const sluice::gateway::JournalError& error) {
    std::cerr << "sluice: " << error.what() << '\n';
    return kBadJournal;
  } catch (const sluice::gateway::DescriptorLimitError& error) {
    std::cerr << "sluice: " << error.what() << '\n';
    return kTooFewDescriptors;
  } catch (const sluice::gateway::AdminSocketError& error) {
    std::cerr << "sluice: " << error.what() << '\n';
    return kBadAdmin;
  } catch (const sluice::gateway::AuditLogError& error) {
    std::cerr << "sluice: " << error.what() << '\n';
    return kBadAdmin;
  } catch (const std::exception& error) {
    std::cerr << "sluice: " << error.what() << '\n';
    return kInternalFailure;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Sluice: a FIX trading gateway. Exit codes: 0 stopped, 1 internal failure, 2 usage, 3 bad "
      "configuration, 4 cannot listen, 5 state_dir unusable or in use, 6 too few descriptors "
      "allowed, 7 admin socket or audit log unusable, 8 journal unusable. Of verify and "
      "journal: 0 all good, 1 damage or a difference found, 2 usage, or a folder that cannot be "
      "read."};
  std::string config_path;
  std::string check_path;
  bool hash = false;
  auto* run_option =
      app.add_option("--config", config_path, "run the venue that this file describes");
  auto* check_option = app.add_option("--check", check_path, "check this file and exit");
  auto* hash_option =
      app.add_flag("--hash-password", hash, "read a password from standard input, print its hash");
  app.set_version_flag("--version", std::string("sluice ") + SLUICE_VERSION);
  std::string key_path;
  auto* key_option =
      app.add_option("--make-key", key_path,
                     "make an Ed25519 key pair: the secret key to this new file, the public key, "
                     "for public_keys, to standard output");
  run_option->excludes(check_option)->excludes(hash_option)->excludes(key_option);
  check_option->excludes(hash_option)->excludes(key_option);
  hash_option->excludes(key_option);
  sluice::gateway::JournalCommands journal(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kStopped : kUsage;
  }
  if (journal.is_chosen()) {
    if (hash || !key_path.empty() || !check_path.empty() || !config_path.empty()) {
      std::cerr << "sluice: a command stands alone; see --help\n";
      return kUsage;
    }
    std::signal(SIGPIPE, SIG_IGN);
    return guarded([&] { return journal.run(std::cout, std::cerr); });
  }
  if (hash) return guarded(print_hash);
  if (!key_path.empty()) return guarded([&] { return make_key(key_path); });
  if (!check_path.empty()) return guarded([&] { return check(check_path); });
  if (!config_path.empty()) return guarded([&] { return run(config_path); });
  std::cerr << "sluice: --config FILE is required; see --help\n";
  return kUsage;
}
