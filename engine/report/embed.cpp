#include "engine/report/embed.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/base/text.h"
#include "engine/report/html_scan.h"

namespace sluice::report {

namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What is in these is no HTML to a browser.
bool holds_raw_text(std::string_view tag) {
  return is_one_of(tag, {"style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes",
                         "noscript", "plaintext"});
}

/// Tags that would load, run, redirect or end the shadow tree; or that only a whole page has.
bool is_left_out(std::string_view tag) {
  return is_one_of(tag, {"html", "head", "body", "meta", "link", "base", "template", "object", "embed",
                         "applet", "frame", "frameset", "form", "portal"});
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k <= bytes.size() ? digits[three >> (18 - 6 * k) & 63U] : '=';
  }
  return text;
}

std::string image_type(const std::string& path) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 6> types = {
      {{".svg", "image/svg+xml"},
       {".png", "image/png"},
       {".jpg", "image/jpeg"},
       {".jpeg", "image/jpeg"},
       {".gif", "image/gif"},
       {".webp", "image/webp"}}};
  const std::string name = lower(path);
  for (const auto& [suffix, type] : types)
    if (name.ends_with(suffix)) return type;
  return "";
}

/// "figures/a.svg", but not "/etc/x", "../x", "https://x", "data:x", "#x".
bool is_beside(std::string_view link) {
  const std::size_t first = link.find_first_of(":/?#");
  const bool has_scheme = first != std::string_view::npos && link[first] == ':';
  return !link.empty() && !has_scheme && first != 0 &&
         ("/" + std::string(link) + "/").find("/../") == std::string::npos;
}

bool is_inside(std::string_view link) { return link.starts_with("#") || link.starts_with("data:image/"); }

bool leads_elsewhere(std::string_view link) {
  return link.starts_with("http://") || link.starts_with("https://") || link.starts_with("mailto:");
}

bool is_part_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// In a shadow tree the host stands where <html> and <body> stood.
std::string for_shadow_tree(std::string_view style) {
  std::string result;
  for (std::size_t at = 0; at < style.size();) {
    const char before = at == 0 ? ' ' : style[at - 1];
    std::size_t length = 0;
    for (const std::string_view word :
         {std::string_view(":root"), std::string_view("html"), std::string_view("body")}) {
      const bool begins = word[0] == ':' || !(is_part_of_name(before) || before == '.' || before == '#');
      const std::size_t end = at + word.size();
      if (begins && style.substr(at, word.size()) == word &&
          (end == style.size() || !is_part_of_name(style[end])))
        length = word.size();
    }
    if (length > 0) result += ":host";
    if (length == 0) result += style[at];
    at += std::max<std::size_t>(length, 1);
  }
  return result;
}

class Embedder {
 public:
  Embedder(std::string_view page, const std::string& folder, const ReadBeside& read)
      : scan_(page), folder_(folder), read_(read) {}

  EmbeddedPage run() {
    while (const auto piece = scan_.next()) {
      if (piece->kind == HtmlPiece::Kind::text)
        add(*piece);
      else if (piece->kind != HtmlPiece::Kind::dropped)
        tag(*piece);
    }
    if (heading_) page_.html.insert(0, "<h1>" + page_.title);  // it never ended
    if (page_.title.empty()) page_.title = title_;
    return std::move(page_);
  }

 private:
  void add(const HtmlPiece& text) { (heading_ ? page_.title : page_.html) += text.source; }

  void tag(const HtmlPiece& tag) {
    const bool opens = tag.kind == HtmlPiece::Kind::open;
    if (opens && holds_raw_text(tag.name)) {
      const std::string_view inside = scan_.skip_to_end_of(tag.name);
      if (tag.name == "style") page_.style += for_shadow_tree(inside) + "\n";
      if (tag.name == "title" && in_drawing_)
        page_.html += "<title>" + std::string(inside) + "</title>";  // what hovering shows
      else if (tag.name == "title" && title_.empty())
        title_ = inside;
    } else if (tag.name == "h1" && opens != heading_ && (heading_ || page_.title.empty())) {
      heading_ = opens;
    } else if (heading_ || is_left_out(tag.name) || holds_raw_text(tag.name)) {
      return;  // a heading becomes plain text
    } else if (!opens) {
      if (tag.name == "svg") in_drawing_ = false;
      page_.html += "</" + tag.name + ">";
    } else {
      open(tag);
    }
  }

  void open(const HtmlPiece& tag) {
    if (tag.name == "svg" && !tag.is_empty) in_drawing_ = true;
    const std::size_t name_end = 1 + tag.name.size();
    page_.html += tag.source.substr(0, name_end);
    for (const HtmlAttribute& attribute : tag.attributes)
      if (const auto value = kept(tag.name, attribute)) {
        const char quote = value->find('"') == std::string::npos ? '"' : '\'';
        if (value->find(quote) != std::string::npos) continue;  // both, without quotes around them
        page_.html += " " + std::string(attribute.spelling) + "=" + quote + *value + quote;
      }
    page_.html += tag.is_empty ? "/>" : ">";
  }

  std::optional<std::string> kept(const std::string& tag, const HtmlAttribute& attribute) {
    const std::string& value = attribute.value;
    if (attribute.name.starts_with("on") ||
        is_one_of(attribute.name, {"srcset", "srcdoc", "action", "formaction"}))
      return std::nullopt;
    const bool links = is_one_of(attribute.name, {"href", "xlink:href"});
    const bool loads = is_one_of(attribute.name, {"src", "poster", "data", "background"}) ||
                       (links && is_one_of(tag, {"image", "use", "feimage"}));
    if (loads && is_beside(value)) return picture(value);
    if (links && !loads && is_beside(value)) return folder_ + value;
    const bool is_kept = loads ? is_inside(value) : !links || is_inside(value) || leads_elsewhere(value);
    return is_kept ? std::optional(value) : std::nullopt;
  }

  std::optional<std::string> picture(const std::string& path) {
    const std::string type = image_type(path);
    const auto bytes = type.empty() ? Result<std::string>(std::string()) : read_(path);
    if (!bytes || bytes->empty()) return std::nullopt;
    return "data:" + type + ";base64," + base64(*bytes);
  }

  HtmlScan scan_;
  std::string folder_;
  const ReadBeside& read_;
  EmbeddedPage page_;
  std::string title_;
  bool heading_ = false;     ///< within the <h1>
  bool in_drawing_ = false;  ///< within an <svg>
};

}  // namespace

EmbeddedPage embed(std::string_view page, const std::string& folder, const ReadBeside& read) {
  return Embedder(page, folder, read).run();
}

}  // namespace sluice::report
