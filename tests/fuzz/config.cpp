// Any text as venue.toml: it is taken, or refused with ConfigError and a text; nothing else
// escapes.
#include "gateway/config/venue_config_reader.hpp"
#include "tests/fuzz/fuzz_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sluice::fuzz::ExactCopy text({reinterpret_cast<const char*>(data), size});
  try {
    const auto config = sluice::gateway::parse_venue_config(text.view(), "venue.toml");
    sluice::fuzz::require(!config.sessions.empty(), "a venue without sessions");
    sluice::fuzz::require(config.gateway.port || config.tls, "a venue that nobody can reach");
  } catch (const sluice::gateway::ConfigError& error) {
    const std::string_view what = error.what();
    sluice::fuzz::require(what.starts_with("venue.toml:"), "a complaint without its place");
  }
  return 0;
}
