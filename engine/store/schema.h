// The tables of a store, as docs/run-folder.md explains them to people who look into it with sqlite3.
#pragma once

#include <cstdint>

namespace sluice::store {

constexpr std::int32_t application_id = 0x536c7563;  ///< "Sluc", in the header of the file: it is ours
constexpr std::int32_t schema_version = 1;           ///< a newer one is refused

extern const char* const schema_sql;

}  // namespace sluice::store
