#include "stages/edm4hep/root_tree.h"

#include <algorithm>
#include <map>
#include <utility>

namespace sluice::edm4hep {

namespace {

constexpr std::uint32_t byte_count_flag = 0x40000000;
constexpr std::uint32_t new_class_tag = 0xffffffff;
constexpr std::uint32_t class_tag_flag = 0x80000000;
constexpr std::uint64_t tree_limit = std::uint64_t{256} << 20;
constexpr int depth_limit = 20;
constexpr std::size_t branch_limit = 100'000;

/// Reads streamed objects. Every one begins with its length, so that what we don't need is skipped.
class TreeParser {
 public:
  explicit TreeParser(const Object& object) : reader_(object.bytes), key_bytes_(object.key_bytes) {}

  bool tree(Tree& tree);
  const std::string& problem() const { return problem_; }

 private:
  struct Header {
    std::uint16_t version = 0;
    std::size_t end = 0;
  };
  Header header();
  std::string class_of_next();
  template <typename Visit>
  void array(Visit visit);
  std::string named();
  void skip_object();
  void attributes(int count);
  template <typename T>
  std::vector<T> flagged(std::size_t count);
  void branches(std::vector<Branch>& branches, int depth);
  void element_branch(Branch& branch, int depth);
  void plain_branch(Branch& branch, int depth);
  void leaf(const std::string& class_name, Leaf& leaf);
  void refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    reader_.fail();
  }

  ByteReader reader_;
  std::size_t key_bytes_;
  std::map<std::size_t, std::string> classes_;  // by where their names stand
  std::size_t branch_count_ = 0;
  std::string problem_;
};

TreeParser::Header TreeParser::header() {
  const auto count = reader_.number<std::uint32_t>();
  const std::size_t start = reader_.at();
  if ((count & byte_count_flag) == 0) reader_.fail();
  const std::size_t length = count & ~byte_count_flag;
  if (length > reader_.left()) reader_.fail();
  return {reader_.number<std::uint16_t>(), start + length};
}

void TreeParser::skip_object() { reader_.go_to(header().end); }

void TreeParser::attributes(int count) {
  for (int i = 0; i < count; ++i) skip_object();
}

std::string TreeParser::named() {
  const Header head = header();
  reader_.skip(2 + 4);  // TObject: version, id
  const auto bits = reader_.number<std::uint32_t>();
  if ((bits & 0x10U) != 0) reader_.skip(2);  // it is referenced
  std::string name = reader_.text();
  reader_.go_to(head.end);
  return name;
}

/// The class of the object that follows: its name once, later the place where that stood.
std::string TreeParser::class_of_next() {
  const std::size_t place = reader_.at() + key_bytes_ + 2;
  const auto tag = reader_.number<std::uint32_t>();
  if (tag == new_class_tag) return classes_[place] = reader_.c_text();
  const auto known = classes_.find(tag & ~class_tag_flag);
  if (known == classes_.end()) {
    reader_.fail();
    return {};
  }
  return known->second;
}

/// A TObjArray: visit(class) reads one object; null and repeated ones are left out.
template <typename Visit>
void TreeParser::array(Visit visit) {
  const Header head = header();
  reader_.skip(2 + 4);
  if ((reader_.number<std::uint32_t>() & 0x10U) != 0) reader_.skip(2);
  (void)reader_.text();
  const auto count = reader_.number<std::uint32_t>();
  reader_.skip(4);
  for (std::uint32_t i = 0; i < count && !reader_.failed(); ++i) {
    const auto length = reader_.number<std::uint32_t>();
    if ((length & byte_count_flag) == 0) continue;  // null, or an object that came before
    const std::size_t end = reader_.at() + (length & ~byte_count_flag);
    visit(class_of_next());
    reader_.go_to(end);
  }
  reader_.go_to(head.end);
}

/// An array whose length is known, behind one byte that says that it is there.
template <typename T>
std::vector<T> TreeParser::flagged(std::size_t count) {
  std::vector<T> values;
  if (reader_.number<std::uint8_t>() == 0) return values;
  if (reader_.left() / sizeof(T) < count) {
    reader_.fail();
    return values;
  }
  values.resize(count);
  for (T& value : values) value = reader_.number<T>();
  return values;
}

bool TreeParser::tree(Tree& tree) {
  const Header head = header();
  if (head.version != 19 && head.version != 20)
    refuse("its version " + std::to_string(head.version) + " is not one that is known (19, 20)");
  tree.name = named();
  attributes(3);  // line, fill, marker
  tree.entries = reader_.number<std::uint64_t>();
  reader_.skip(4 * 8 + 8 + 4 * 4);  // sizes, weight, timer, scan, update, offset length
  const auto ranges = reader_.number<std::uint32_t>();
  reader_.skip(6 * 8);
  (void)flagged<std::int64_t>(ranges);
  (void)flagged<std::int64_t>(ranges);
  if (head.version == 20) skip_object();  // how it was written
  branches(tree.branches, 0);
  return !reader_.failed();
}

/// Branches of other kinds don't occur in podio files, and are left out.
void TreeParser::branches(std::vector<Branch>& branches, int depth) {
  if (depth > depth_limit) return refuse("its branches lie one in the other without end");
  array([&](const std::string& class_name) {
    if (++branch_count_ > branch_limit) return refuse("it has too many branches");
    if (class_name == "TBranch") plain_branch(branches.emplace_back(), depth);
    if (class_name == "TBranchElement") element_branch(branches.emplace_back(), depth);
  });
}

void TreeParser::element_branch(Branch& branch, int depth) {
  branch.element = true;
  const Header head = header();
  if (head.version != 10) return refuse("a branch has the unknown version " + std::to_string(head.version));
  plain_branch(branch, depth);
  branch.class_name = reader_.text();
  (void)reader_.text();
  (void)reader_.text();
  reader_.skip(4 + 2 + 4);  // checksum, class version, id
  branch.type = reader_.number<std::int32_t>();
  branch.streamer_type = reader_.number<std::int32_t>();
  reader_.go_to(head.end);
}

void TreeParser::plain_branch(Branch& branch, int depth) {
  const Header head = header();
  if (head.version != 12 && head.version != 13)
    return refuse("a branch has the unknown version " + std::to_string(head.version));
  branch.name = named();
  attributes(1);
  reader_.skip(3 * 4);  // compression, basket size, offset length
  const auto written = reader_.number<std::uint32_t>();
  reader_.skip(8);
  if (head.version == 13) skip_object();  // how it was written
  reader_.skip(4);
  const auto places = reader_.number<std::uint32_t>();
  reader_.skip(4);
  branch.entries = reader_.number<std::uint64_t>();
  reader_.skip(8);
  branch.unpacked_bytes = reader_.number<std::uint64_t>();
  reader_.skip(8);
  branches(branch.branches, depth + 1);
  array([&](const std::string& class_name) {
    if (++branch_count_ > branch_limit) return refuse("it has too many leaves");
    leaf(class_name, branch.leaves.emplace_back());
  });
  array([](const std::string&) {});  // baskets that never reached the file by themselves
  const auto bytes = flagged<std::uint32_t>(places);
  const auto entries = flagged<std::uint64_t>(places);
  const auto seeks = flagged<std::uint64_t>(places);
  if (written > bytes.size() || written > entries.size() || written > seeks.size()) return reader_.fail();
  for (std::uint32_t i = 0; i < written; ++i) branch.baskets.push_back({seeks[i], bytes[i], entries[i]});
  reader_.go_to(head.end);
}

void TreeParser::leaf(const std::string& class_name, Leaf& leaf) {
  leaf.class_name = class_name;
  const Header outer = header();  // TLeafF and the like
  const Header inner = header();  // TLeaf
  leaf.name = named();
  leaf.length = reader_.number<std::uint32_t>();
  reader_.skip(2 * 4 + 1);
  leaf.is_unsigned = reader_.number<std::uint8_t>() != 0;
  leaf.counted = reader_.number<std::uint32_t>() != 0;
  reader_.go_to(inner.end);
  reader_.go_to(outer.end);
}

}  // namespace

const Branch* Tree::find(std::string_view branch) const {
  const auto found = std::find_if(branches.begin(), branches.end(),
                                  [&](const Branch& candidate) { return candidate.name == branch; });
  return found == branches.end() ? nullptr : &*found;
}

Result<Tree> read_tree(const RootFile& file, const Key& key) {
  auto object = file.object(key, tree_limit);
  if (!object) return std::move(object).error();
  TreeParser parser(*object);
  Tree tree;
  if (!parser.tree(tree))
    return file.error("the tree '" + key.name + "' can't be understood" +
                      (parser.problem().empty() ? std::string() : ": " + parser.problem()));
  return tree;
}

}  // namespace sluice::edm4hep
