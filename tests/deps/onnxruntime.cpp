// The headers are of another release than the library: they must agree on the API version that the headers
// ask for.
#include <onnxruntime_cxx_api.h>

int main() {
  const Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "proof");
  const Ort::SessionOptions options;
  return OrtGetApiBase()->GetApi(ORT_API_VERSION) != nullptr && ORT_API_VERSION >= 21 && env && options ? 0
                                                                                                        : 1;
}
