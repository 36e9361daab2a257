#include <toml++/toml.h>

int main() {
  const toml::parse_result result = toml::parse("a = 1\nb = {");
  return !result && result.error().source().begin.line == 2 ? 0 : 1;
}
