#include <boost/json.hpp>

int main() {
  return boost::json::parse(R"({"trials": [1, 2, 3]})").at("trials").as_array().size() == 3 ? 0 : 1;
}
