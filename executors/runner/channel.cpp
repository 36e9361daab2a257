#include "executors/runner/channel.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/base/disk.h"

namespace sluice::executors {

namespace {

/// A driver that has not read this much is stuck. It is let go: everything is in the journal, it may come
/// back and ask.
constexpr std::size_t most_unread_bytes = 256U << 20U;

bool is_same_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::getuid();
}

}  // namespace

Channel::Channel(Loop& loop, OnConnect on_connect, OnMessage on_message)
    : loop_(loop), on_connect_(std::move(on_connect)), on_message_(std::move(on_message)) {}

Channel::~Channel() {
  while (!connections_.empty()) close(connections_.begin()->first);
  if (listener_ < 0) return;
  loop_.forget(listener_);
  ::close(listener_);
}

Status Channel::listen(const std::string& abstract_name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (abstract_name.size() + 1 > sizeof address.sun_path)
    return Error{"the socket's name is too long", abstract_name, "", ErrorKind::internal};
  std::copy(abstract_name.begin(), abstract_name.end(), address.sun_path + 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + abstract_name.size());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener_ < 0) return io_error("can't make a socket", abstract_name, errno);
  constexpr int backlog = 16;
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, backlog) != 0)
    return io_error("can't listen on a socket", abstract_name, errno);
  loop_.watch(listener_, EPOLLIN, [this](std::uint32_t) { accept_all(); });
  return Ok{};
}

void Channel::accept_all() {
  for (int fd; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
    if (!is_same_user(fd)) {
      ::close(fd);
      continue;
    }
    auto connection = std::make_shared<Connection>();
    connection->fd = fd;
    connections_[fd] = connection;
    loop_.watch(fd, EPOLLIN, [this, fd](std::uint32_t events) { handle(fd, events); });
    append_frame(connection->out, on_connect_());
    if (!send_pending(*connection)) close(fd);
  }
}

void Channel::handle(int fd, std::uint32_t epoll_events) {
  const auto found = connections_.find(fd);
  if (found == connections_.end()) return;
  const auto connection = found->second;
  const bool alive = (epoll_events & EPOLLOUT) == 0 || send_pending(*connection);
  if (!alive || ((epoll_events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0 && !receive(*connection)))
    close(fd);
}

/// False when the other side is gone; what it sent before is still handled.
bool Channel::receive(Connection& connection) {
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = ::recv(connection.fd, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return false;
    connection.reader.feed({buffer.data(), static_cast<std::size_t>(count)});
    while (const auto message = connection.reader.next()) on_message_(*message);
    if (connection.reader.broken()) return false;
    if (static_cast<std::size_t>(count) < buffer.size()) return true;
  }
}

bool Channel::send_pending(Connection& connection) {
  while (connection.sent < connection.out.size()) {
    const ssize_t count = ::send(connection.fd, connection.out.data() + connection.sent,
                                 connection.out.size() - connection.sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN) return false;
    if (count < 0) break;
    connection.sent += static_cast<std::size_t>(count);
  }
  if (connection.sent == connection.out.size()) {
    connection.out.clear();
    connection.sent = 0;
  }
  const bool waits = !connection.out.empty();
  if (waits != connection.waits_for_room) loop_.change(connection.fd, waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
  connection.waits_for_room = waits;
  return connection.out.size() - connection.sent < most_unread_bytes;
}

void Channel::broadcast(std::string_view message) {
  std::vector<int> lost;
  for (const auto& [fd, connection] : connections_) {
    append_frame(connection->out, message);
    if (!send_pending(*connection)) lost.push_back(fd);
  }
  for (const int fd : lost) close(fd);
}

void Channel::close(int fd) {
  loop_.forget(fd);
  ::close(fd);
  connections_.erase(fd);
}

}  // namespace sluice::executors
