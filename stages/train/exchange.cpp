#include "stages/train/exchange.h"

#include <mpi.h>

#include <array>
#include <cstdlib>

namespace sluice::train {

namespace {

class Alone final : public Exchange {
 public:
  int ranks() const override { return 1; }
  int rank() const override { return 0; }
  void sum(std::span<double>) override {}
  void begin_sum(std::span<float>) override {}
  void advance() override {}
  void finish() override {}
  void broadcast(std::span<float>) override {}
  [[noreturn]] void abort(int exit_code) override { std::_Exit(exit_code); }
};

class Mpi final : public Exchange {
 public:
  Mpi() {
    int level = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  }
  ~Mpi() override { MPI_Finalize(); }
  Mpi(const Mpi&) = delete;
  Mpi& operator=(const Mpi&) = delete;

  int ranks() const override { return ranks_; }
  int rank() const override { return rank_; }
  void sum(std::span<double> numbers) override {
    MPI_Allreduce(MPI_IN_PLACE, numbers.data(), static_cast<int>(numbers.size()), MPI_DOUBLE, MPI_SUM,
                  MPI_COMM_WORLD);
  }
  void begin_sum(std::span<float> numbers) override {
    MPI_Request& request = requests_.emplace_back();
    MPI_Iallreduce(MPI_IN_PLACE, numbers.data(), static_cast<int>(numbers.size()), MPI_FLOAT, MPI_SUM,
                   MPI_COMM_WORLD, &request);
  }
  void advance() override {
    int done = 0;
    MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &done, MPI_STATUSES_IGNORE);
  }
  void finish() override {
    MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
    requests_.clear();
  }
  void broadcast(std::span<float> numbers) override {
    MPI_Bcast(numbers.data(), static_cast<int>(numbers.size()), MPI_FLOAT, 0, MPI_COMM_WORLD);
  }
  [[noreturn]] void abort(int exit_code) override {
    MPI_Abort(MPI_COMM_WORLD, exit_code);
    std::_Exit(exit_code);
  }

 private:
  int ranks_ = 1;
  int rank_ = 0;
  std::vector<MPI_Request> requests_;
};

/// What launchers tell their processes: Open MPI, MPICH and others with PMI, PMIx.
bool started_by_launcher() {
  constexpr std::array names = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"};
  for (const char* name : names)
    if (std::getenv(name) != nullptr) return true;
  return false;
}

}  // namespace

std::unique_ptr<Exchange> open_exchange() {
  if (started_by_launcher()) return std::make_unique<Mpi>();
  return std::make_unique<Alone>();
}

}  // namespace sluice::train
