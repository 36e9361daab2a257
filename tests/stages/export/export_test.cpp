// sluice-export: what it lets through, and what not.
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/disk.h"
#include "stages/export/gate.h"
#include "tests/stages/train/toy/run_program.h"
#include "tests/stages/train/toy/toy.h"

namespace sluice::exporting {

namespace {

using train::testing::program;
using train::testing::run_program;
using train::testing::small_train;

class Export : public ::testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() { scratch_ = new train::testing::Scratch(); }
  static void TearDownTestSuite() { delete scratch_; }
  static std::string path(const std::string& name) { return scratch_->path + "/" + name; }
  /// A model of this backbone, trained once.
  static std::string trained(const std::string& backbone) {
    const std::string folder = path(backbone);
    if (std::filesystem::exists(folder)) return folder;
    if (!std::filesystem::exists(path("data"))) {
      EXPECT_TRUE(toy::write_dataset(path("data"), 60, 40, 1, {1, 90, false}));
    }
    const auto run =
        run_program(small_train("--input.dataset " + path("data") + " --epochs 2 --lr 0.002 --backbone " +
                                backbone + " --output.model " + folder));
    EXPECT_EQ(run.exit_code, 0) << run.said;
    return folder;
  }
  static train::testing::ProgramRun exported(const std::string& model, const std::string& onnx) {
    return run_program(program("sluice-export") + " --input.model " + model + " --output.onnx " + onnx);
  }
  static inline train::testing::Scratch* scratch_ = nullptr;
};

TEST_P(Export, GivesWhatTheTrainedNetworkGives) {
  const auto run = exported(trained(GetParam()), path(std::string(GetParam()) + ".onnx"));
  EXPECT_EQ(run.exit_code, 0) << run.said;
  EXPECT_NE(run.said.find(" elements: 0 of another class, 0 of another momentum"), std::string::npos)
      << run.said;
}

TEST_P(Export, TheSameModelGivesTheSameBytes) {
  ASSERT_EQ(exported(trained(GetParam()), path("a.onnx")).exit_code, 0);
  ASSERT_EQ(exported(trained(GetParam()), path("b.onnx")).exit_code, 0);
  RealDisk disk;
  const auto a = disk.read(path("a.onnx"));
  const auto b = disk.read(path("b.onnx"));
  ASSERT_TRUE(a && b);
  EXPECT_EQ(*a, *b);
  std::filesystem::remove(path("a.onnx"));
  std::filesystem::remove(path("b.onnx"));
}

INSTANTIATE_TEST_SUITE_P(Backbones, Export, ::testing::Values("attention", "gnn_lsh", "kernel"));

TEST_F(Export, ResultsOfAnotherModelAreNotLetThrough) {
  const std::string model = path("mixed");
  std::filesystem::copy(trained("attention"), model);
  const auto other = run_program(small_train("--input.dataset " + path("data") +
                                             " --epochs 1 --model_seed 9 --output.model " + path("other")));
  ASSERT_EQ(other.exit_code, 0) << other.said;
  std::filesystem::copy_file(path("other/weights.h5"), model + "/weights.h5",
                             std::filesystem::copy_options::overwrite_existing);
  const auto run = exported(model, path("mixed.onnx"));
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_NE(run.said.find("the exported network does not give what the trained one does"), std::string::npos)
      << run.said;
  EXPECT_FALSE(std::filesystem::exists(path("mixed.onnx")));
}

TEST_F(Export, WeightsOfAnotherShapeAreRefused) {
  const std::string model = path("shapes");
  std::filesystem::copy(trained("attention"), model);
  std::filesystem::copy_file(trained("gnn_lsh") + "/weights.h5", model + "/weights.h5",
                             std::filesystem::copy_options::overwrite_existing);
  const auto run = exported(model, path("shapes.onnx"));
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_NE(run.said.find("sluice-export: " + model + "/weights.h5: the weight encoder.1.0.weight"),
            std::string::npos)
      << run.said;
}

TEST_F(Export, ATornWeightsFileIsNamed) {
  const std::string model = path("torn");
  std::filesystem::copy(trained("attention"), model);
  std::filesystem::resize_file(model + "/weights.h5", 3000);
  const auto run = exported(model, path("torn.onnx"));
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_EQ(run.said, "sluice-export: " + model +
                          "/weights.h5: this is no file of the kind sluice-weights\n" +
                          "  it is damaged, or not a file of Sluice\n");
}

TEST_F(Export, TheExampleUsesItWithOnnxRuntimeAlone) {
  ASSERT_EQ(exported(trained("attention"), path("example.onnx")).exit_code, 0);
  std::ofstream event(path("event.txt"));
  const toy::Event made = toy::make_event(5, 1, {12, 12, false});
  for (std::size_t i = 0; i < made.features.size(); ++i)
    event << made.features[i] << ((i + 1) % 17 == 0 ? '\n' : ' ');
  event.close();
  const auto run =
      run_program(program("sluice-particles") + " " + path("example.onnx") + " < " + path("event.txt"));
  EXPECT_EQ(run.exit_code, 0) << run.said;
  const auto wrong = run_program("echo 1 2 3 | " + program("sluice-particles") + " " + path("example.onnx"));
  EXPECT_EQ(wrong.exit_code, 65);
  EXPECT_EQ(wrong.said, "every line has to have 17 numbers\n");
}

TEST(Gate, CountsDifferences) {
  const Limits limits;
  Comparison good{40, 10000, 1, 10, 0, 0, 1};
  EXPECT_TRUE(good.passes(limits));
  for (auto change :
       {+[](Comparison& c) { c.other_class = 2; }, +[](Comparison& c) { c.other_momentum = 11; },
        +[](Comparison& c) { c.unexplained = 1; }, +[](Comparison& c) { c.elements = 0; }}) {
    Comparison bad = good;
    change(bad);
    EXPECT_FALSE(bad.passes(limits));
  }
}

}  // namespace

}  // namespace sluice::exporting
