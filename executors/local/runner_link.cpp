#include "executors/local/runner_link.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <utility>

#include "engine/base/disk.h"
#include "executors/attempt_json.h"

namespace sluice::executors {

namespace asio = boost::asio;

Result<std::shared_ptr<RunnerLink>> RunnerLink::connect(asio::io_context& io, const RunnerHello& hello) {
  auto link = std::make_shared<RunnerLink>(io);
  boost::system::error_code error;
  link->socket_.open({}, error);
  if (!error) link->socket_.non_blocking(true, error);
  if (!error)
    link->socket_.connect(asio::local::stream_protocol::endpoint(std::string(1, '\0') + hello.socket), error);
  if (error)
    return Error{
        "can't connect to the runner (process " + std::to_string(hello.process.pid) + "): " + error.message(),
        hello.runner, "", ErrorKind::io};
  ucred peer{};
  socklen_t size = sizeof peer;
  const int fd = link->socket_.native_handle();
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != ::getuid())
    return Error{"another user's process listens on the runner's socket", hello.runner, "", ErrorKind::io};
  return link;
}

void RunnerLink::listen(OnMessage on_message, OnLost on_lost) {
  on_message_ = std::move(on_message);
  on_lost_ = std::move(on_lost);
  read_more();
}

void RunnerLink::send(const json::object& message) {
  if (closed_) return;
  append_frame(out_, json::serialize(message));
  if (!waits_for_room_) write_more();
}

void RunnerLink::read_more() {
  socket_.async_read_some(asio::buffer(buffer_),
                          [self = shared_from_this()](const auto& error, std::size_t count) {
                            if (self->closed_) return;
                            if (error) return self->lose();
                            self->reader_.feed({self->buffer_.data(), count});
                            while (const auto text = self->reader_.next()) {
                              const auto value = parse_own_json(*text, "runner");
                              if (!value || !value->is_object()) return self->lose();
                              self->on_message_(value->get_object());
                              if (self->closed_) return;
                            }
                            if (self->reader_.broken()) return self->lose();
                            self->read_more();
                          });
}

/// True when nothing is left. A broken socket counts as done: the loss is noticed, and handled, where it is
/// read.
bool RunnerLink::write_what_fits() {
  boost::system::error_code error;
  while (sent_ < out_.size() && !error) sent_ += socket_.write_some(asio::buffer(out_) + sent_, error);
  if (error == asio::error::would_block) return false;
  out_.clear();
  sent_ = 0;
  return true;
}

void RunnerLink::write_more() {
  waits_for_room_ = !write_what_fits();
  if (!waits_for_room_) return;
  socket_.async_wait(asio::socket_base::wait_write, [self = shared_from_this()](const auto&) {
    if (!self->closed_) self->write_more();
  });
}

void RunnerLink::finish() {
  constexpr int patience_ms = 2000;
  while (!closed_ && !write_what_fits()) {
    pollfd room{socket_.native_handle(), POLLOUT, 0};
    if (::poll(&room, 1, patience_ms) <= 0) break;
  }
  close();
}

void RunnerLink::lose() {
  if (closed_) return;
  const OnLost lost = on_lost_;
  close();
  lost();
}

void RunnerLink::close() {
  closed_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace sluice::executors
