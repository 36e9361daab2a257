#include <svm.h>

// Two points of two classes: the machine must tell them apart.
int main() {
  svm_node low[] = {{1, -1.0}, {-1, 0.0}};
  svm_node high[] = {{1, 1.0}, {-1, 0.0}};
  svm_node* points[] = {low, high};
  double labels[] = {-1, 1};
  const svm_problem problem = {2, labels, points};
  svm_parameter parameter = {};
  parameter.svm_type = C_SVC;
  parameter.kernel_type = RBF;
  parameter.gamma = 1;
  parameter.C = 10;
  parameter.eps = 1e-3;
  parameter.cache_size = 1;
  svm_set_print_string_function([](const char*) {});
  svm_model* model = svm_train(&problem, &parameter);
  const bool right = svm_predict(model, low) < 0 && svm_predict(model, high) > 0;
  svm_free_and_destroy_model(&model);
  return right ? 0 : 1;
}
