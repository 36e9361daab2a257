// The calorimeters' cells: which one a point lies in, where its centre is, and how EDM4hep numbers it.
#pragma once

#include <cstdint>

#include "stages/simulate/detector/detector.h"

namespace sluice::simulate {

/// A cell as one number, ordered by part, region, side, layer and place.
struct CellKey {
  std::uint64_t bits = 0;

  std::size_t region() const { return bits >> 48U & 0xFU; }
  CaloPart part() const { return static_cast<CaloPart>(bits >> 52U & 0x7U); }
  int side() const {
    return static_cast<int>(bits >> 41U & 0x7FU);
  }  ///< barrel: polygon side; endcap: 1 for z > 0
  int layer() const { return static_cast<int>(bits >> 32U & 0x1FFU); }
  int u() const { return static_cast<int>(bits >> 16U & 0xFFFFU) - 0x8000; }
  int v() const { return static_cast<int>(bits & 0xFFFFU) - 0x8000; }
};

/// False where the point is in none of the region's cells.
bool find_cell(const Detector& detector, const CaloRegion& region, const Vec3& point, CellKey& key);
Vec3 cell_centre(const Detector& detector, CellKey key);
/// DD4hep: system:5,side:-2,module:8,stave:4,layer:9,submodule:4,x:32:-16,y:-16, as in CLICdet and CLD.
std::uint64_t cell_id(const Detector& detector, CellKey key);
/// LCIO's CHT code: kind + 10 detector + 1000 layout + 10000 layer.
std::int32_t hit_type(const Detector& detector, CellKey key);

}  // namespace sluice::simulate
