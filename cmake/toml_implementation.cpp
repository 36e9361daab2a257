// The one place where toml++ is compiled (see _sluice_find_toml in Dependencies.cmake).
#define TOML_IMPLEMENTATION
#include <toml++/impl/preprocessor.h>

// toml++ 3.3 asserts what the next statement handles anyway: a header such as [$] is met by an assertion before it is
// reported as a syntax error. With clang such an assertion even becomes an assumption in a release build.
#undef TOML_ASSERT
#define TOML_ASSERT(expr) static_assert(true)
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT_ASSUME(expr) static_assert(true)

#include <toml++/toml.h>
