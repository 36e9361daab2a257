#include <Eigen/Dense>

int main() {
  Eigen::Matrix2d a;
  a << 4, 1, 1, 3;
  const Eigen::Vector2d x = a.llt().solve(Eigen::Vector2d(1, 2));
  return (a * x - Eigen::Vector2d(1, 2)).norm() < 1e-12 ? 0 : 1;
}
