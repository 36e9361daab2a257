// What a program carries in a named section of its own file, read without starting it. The build puts there
// what a stage answers to --describe: starting a program that stands on large libraries only to hear that
// costs a third of a second of CPU time, and asks for a machine on which those libraries are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// Nothing when `path` is no 64-bit ELF file of this machine's byte order (a script, say), has no such
/// section, or is damaged.
std::optional<std::string> elf_section(const std::string& path, std::string_view name,
                                       std::size_t most_bytes = std::size_t{16} << 20U);

}  // namespace sluice
