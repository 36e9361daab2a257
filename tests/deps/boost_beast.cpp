// Beast parses what an Asio socket pair carries.
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace asio = boost::asio;
namespace http = boost::beast::http;

int main() {
  asio::io_context loop;
  asio::local::stream_protocol::socket client(loop);
  asio::local::stream_protocol::socket server(loop);
  asio::local::connect_pair(client, server);
  http::write(client, http::request<http::empty_body>(http::verb::get, "/report", 11));
  boost::beast::flat_buffer buffer;
  http::request<http::string_body> request;
  http::read(server, buffer, request);
  return request.target() == "/report" ? 0 : 1;
}
