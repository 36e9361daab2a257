// The runner's side of its socket: accepts drivers (of the same user only), cuts what they send into
// messages, and sends every message to all of them, never waiting for a slow one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/base/result.h"
#include "executors/runner/frames.h"
#include "executors/runner/loop.h"

namespace sluice::executors {

class Channel {
 public:
  using OnMessage = std::function<void(std::string_view)>;
  using OnConnect = std::function<std::string()>;  ///< the first message for a new driver

  Channel(Loop& loop, OnConnect on_connect, OnMessage on_message);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  Status listen(const std::string& abstract_name);
  void broadcast(std::string_view message);
  bool empty() const { return connections_.empty(); }

 private:
  struct Connection {
    int fd = -1;
    FrameReader reader;
    std::string out;
    std::size_t sent = 0;
    bool waits_for_room = false;
  };
  void accept_all();
  void handle(int fd, std::uint32_t epoll_events);
  bool receive(Connection& connection);
  bool send_pending(Connection& connection);
  void close(int fd);

  Loop& loop_;
  OnConnect on_connect_;
  OnMessage on_message_;
  int listener_ = -1;
  std::unordered_map<int, std::shared_ptr<Connection>> connections_;
};

}  // namespace sluice::executors
