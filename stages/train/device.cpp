#include "stages/train/device.h"

#include <ATen/Context.h>

namespace sluice::train {

Result<at::Device> choose_device(const std::string& wanted, int rank) {
  const bool have = at::hasCUDA() && at::detail::getCUDAHooks().deviceCount() > 0;
  if (wanted == "cpu" || (wanted == "auto" && !have)) return at::Device(at::kCPU);
  if (!have)
    return Error{
        at::hasCUDA() ? "there is no GPU here" : "this LibTorch was built without CUDA", "--device " + wanted,
        "use --device auto or cpu, or a LibTorch with CUDA on a machine with a GPU", ErrorKind::usage};
  const int count = at::detail::getCUDAHooks().deviceCount();
  return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(rank % count));
}

bool is_out_of_memory(const std::string& message) {
  return message.find("can't allocate memory") != std::string::npos ||
         message.find("not enough memory") != std::string::npos ||
         message.find("out of memory") != std::string::npos;
}

}  // namespace sluice::train
