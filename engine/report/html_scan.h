// Takes HTML apart into tags and what stands between them, as a browser would: enough to leave out tags and
// to change attributes, not a parser. Inside the report only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::report {

struct HtmlAttribute {
  std::string_view spelling;  ///< the name as written: "viewBox"
  std::string name;           ///< in lower case
  std::string value;          ///< as written between its quotes, entities and all
};

struct HtmlPiece {
  enum class Kind { text, open, close, dropped };
  Kind kind = Kind::text;
  std::string_view source;  ///< the piece itself
  std::string name;         ///< of a tag, in lower case
  bool is_empty = false;    ///< <br/>
  std::vector<HtmlAttribute> attributes;
};

/// Hands out one piece after the other; comments, declarations and a tag without an end come as `dropped`.
class HtmlScan {
 public:
  explicit HtmlScan(std::string_view html) : html_(html) {}
  std::optional<HtmlPiece> next();
  /// What stands before the end tag of `name`, both of which are skipped: for <style> and <script>, in which
  /// nothing is a tag.
  std::string_view skip_to_end_of(std::string_view name);

 private:
  HtmlPiece markup();
  HtmlPiece take(std::size_t length, HtmlPiece::Kind kind);

  std::string_view html_;
  std::size_t at_ = 0;
};

}  // namespace sluice::report
