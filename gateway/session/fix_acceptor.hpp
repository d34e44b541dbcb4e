// The FIX::Acceptor that holds our sessions. Sockets and threads are not its business: the I/O
// threads feed each session and answer for it.
#pragma once

#include "gateway/session/quickfix.hpp"

namespace sluice::gateway {

class FixAcceptor final : public FIX::Acceptor {
 public:
  using FIX::Acceptor::Acceptor;

 private:
  // start(), block() and poll() are never called: they would bring QuickFIX's own threads and HTTP
  // page.
  void onStart() override {}
  bool onPoll(double) override { return false; }
  void onStop() override {}
};

}  // namespace sluice::gateway
