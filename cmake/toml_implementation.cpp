// The one place where toml++ is compiled (see _sluice_find_toml in Dependencies.cmake).
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
