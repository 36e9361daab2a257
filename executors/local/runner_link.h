// The driver's end of a runner's socket.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "executors/runner/frames.h"
#include "executors/runner/hello_file.h"

namespace sluice::executors {

class RunnerLink : public std::enable_shared_from_this<RunnerLink> {
 public:
  using OnMessage = std::function<void(const json::object&)>;
  using OnLost = std::function<void()>;

  /// Connects at once or fails: nobody waits on a local socket.
  static Result<std::shared_ptr<RunnerLink>> connect(boost::asio::io_context& io, const RunnerHello& hello);

  explicit RunnerLink(boost::asio::io_context& io) : socket_(io) {}

  /// From now on messages are read; both are called from the loop.
  void listen(OnMessage on_message, OnLost on_lost);
  void send(const json::object& message);
  /// Hands everything over, waiting a little where it must; then says nothing more.
  void finish();
  /// Nothing is called any more.
  void close();

 private:
  void read_more();
  void write_more();
  bool write_what_fits();
  void lose();

  boost::asio::local::stream_protocol::socket socket_;
  OnMessage on_message_;
  OnLost on_lost_;
  FrameReader reader_;
  std::array<char, 65536> buffer_{};
  std::string out_;
  std::size_t sent_ = 0;
  bool waits_for_room_ = false;
  bool closed_ = false;
};

}  // namespace sluice::executors
