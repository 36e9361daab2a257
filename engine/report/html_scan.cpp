#include "engine/report/html_scan.h"

#include <algorithm>

#include "engine/base/text.h"

namespace sluice::report {

namespace {

constexpr std::string_view blanks = " \t\r\n\f";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return blanks.find(c) != std::string_view::npos; }

/// The attributes of `<name a=b c='d'>` from `at` on; leaves `at` behind the '>'. False: the tag has no end.
bool read_attributes(std::string_view html, std::size_t& at, HtmlPiece& tag) {
  while (at < html.size()) {
    if (is_blank(html[at]) || html[at] == '/') {
      tag.is_empty = html[at] == '/';
      ++at;
      continue;
    }
    if (html[at] == '>') {
      ++at;
      return true;
    }
    tag.is_empty = false;
    const std::size_t name_end = std::min(html.find_first_of(" \t\r\n\f/>=", at + 1), html.size());
    const std::string_view spelling = html.substr(at, name_end - at);
    HtmlAttribute attribute{spelling, lower(spelling), ""};
    at = std::min(html.find_first_not_of(blanks, name_end), html.size());
    if (at < html.size() && html[at] == '=') {
      at = std::min(html.find_first_not_of(blanks, at + 1), html.size());
      const char quote = at < html.size() ? html[at] : '\0';
      const bool quoted = quote == '"' || quote == '\'';
      if (quoted) ++at;
      const std::size_t end = quoted ? html.find(quote, at) : html.find_first_of(" \t\r\n\f>", at);
      if (end == std::string_view::npos) return false;
      attribute.value = html.substr(at, end - at);
      at = end + (quoted ? 1 : 0);
    }
    tag.attributes.push_back(std::move(attribute));
  }
  return false;
}

}  // namespace

HtmlPiece HtmlScan::take(std::size_t length, HtmlPiece::Kind kind) {
  HtmlPiece piece;
  piece.kind = kind;
  piece.source = html_.substr(at_, length);
  at_ += piece.source.size();
  return piece;
}

HtmlPiece HtmlScan::markup() {
  const std::string_view rest = html_.substr(at_);
  const auto through = [&](std::string_view end, std::size_t from) {
    const std::size_t found = rest.find(end, from);
    return found == std::string_view::npos ? rest.size() : found + end.size();
  };
  if (rest.starts_with("<!--")) return take(through("-->", 4), HtmlPiece::Kind::dropped);
  if (rest.starts_with("<![CDATA[")) return take(through("]]>", 9), HtmlPiece::Kind::dropped);
  const bool closes = rest.starts_with("</");
  const std::size_t name = closes ? 2 : 1;
  if (rest.size() <= name || !is_letter(rest[name])) {
    const bool is_text = !closes && (rest.size() <= 1 || (rest[1] != '!' && rest[1] != '?'));
    return is_text ? take(1, HtmlPiece::Kind::text) : take(through(">", 1), HtmlPiece::Kind::dropped);
  }
  HtmlPiece tag;
  std::size_t at = std::min(rest.find_first_of(" \t\r\n\f/>", name), rest.size());
  tag.name = lower(rest.substr(name, at - name));
  tag.kind = closes ? HtmlPiece::Kind::close : HtmlPiece::Kind::open;
  if (!read_attributes(rest, at, tag)) return take(rest.size(), HtmlPiece::Kind::dropped);
  tag.source = rest.substr(0, at);
  at_ += at;
  return tag;
}

std::optional<HtmlPiece> HtmlScan::next() {
  if (at_ >= html_.size()) return std::nullopt;
  if (html_[at_] == '<') return markup();
  return take(html_.find('<', at_) - at_, HtmlPiece::Kind::text);
}

std::string_view HtmlScan::skip_to_end_of(std::string_view name) {
  const std::size_t begin = at_;
  while (at_ < html_.size()) {
    const std::size_t end = std::min(html_.find("</", at_), html_.size());
    at_ = std::min(end + 2, html_.size());
    if (lower(html_.substr(at_, name.size())) != name) continue;
    at_ = std::min(html_.find('>', at_), html_.size() - 1) + 1;
    return html_.substr(begin, end - begin);
  }
  return html_.substr(begin);
}

}  // namespace sluice::report
