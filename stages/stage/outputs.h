// Outputs appear whole or not at all: a stage writes beside the name the user asked for, and the kit renames
// when the stage has ended well. The engine publishes again by rename; this is for the person who runs a
// stage by hand.
#pragma once

#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "stages/stage/description.h"
#include "stages/stage/fields.h"

namespace sluice::stage {

class Outputs {
 public:
  explicit Outputs(Disk& disk) : disk_(disk) {}
  ~Outputs() { discard(); }
  Outputs(const Outputs&) = delete;
  Outputs& operator=(const Outputs&) = delete;

  /// Makes the folders above each output and refuses targets that can't be replaced, or are `inputs`. One
  /// path for each output of the description; an empty one is an output nobody wants.
  Result<std::vector<OutputPath>> prepare(const Description& description,
                                          const std::vector<std::string>& paths,
                                          const std::vector<std::vector<std::string>>& inputs = {});
  /// Gives every output its name. An output that was asked for and not written is an error.
  Status commit();

 private:
  struct Pending {
    std::string name;
    Kind kind = Kind::file;
    std::string target;
    std::string part;
  };
  void discard();
  Status refuse_overlap(const Pending& output, const std::vector<std::vector<std::string>>& inputs);
  Status prepare_one(const Pending& output);
  Status check_written(const Pending& output);

  Disk& disk_;
  std::vector<Pending> pending_;
};

}  // namespace sluice::stage
