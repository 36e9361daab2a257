# The vocabulary of our CMakeLists.txt files.
#
#   sluice_library(engine_plan DEPENDS engine_base engine_workflow LINK xxhash)
#   sluice_program(sluice-import DEPENDS stages_stage stages_edm4hep)
#   sluice_test(engine_plan DEPENDS engine_base engine_plan PROGRAMS sluice)
#
# One library a folder, and a folder sees only the folders it names: the headers of engine/plan are reachable as
# "engine/plan/…" through build/include/sluice_engine_plan alone, and everything is linked PRIVATE. So an include of a
# folder that is not named in DEPENDS does not compile, wherever the header lies. DEPENDS may name libraries that are
# defined later. LINK names other people's libraries, see Dependencies.cmake. Sources are globbed.

# `programs` is what users run, and all that `make demo` builds; `fuzzers` are the fuzz targets; `unit_tests` are the
# tests that mirror the tree, which the sanitizers run.
add_custom_target(programs)
add_custom_target(unit_tests)
add_custom_target(fuzzers)

# Adds every folder at and below `tree` that has a CMakeLists.txt.
function(sluice_add_tree tree)
  file(GLOB_RECURSE lists CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${tree}/CMakeLists.txt)
  list(SORT lists)
  foreach(file IN LISTS lists)
    cmake_path(GET file PARENT_PATH dir)
    add_subdirectory(${dir})
  endforeach()
endfunction()

# sluice_library(NAME [DEPENDS library...] [LINK external...]): all *.cpp of this folder except main.cpp and tests.
function(sluice_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LINK")
  _sluice_sources(sources)
  list(FILTER sources EXCLUDE REGEX "(/|_)(main|test)\\.cpp$")
  if(sources)
    add_library(sluice_${name} STATIC ${sources})
    _sluice_target(sluice_${name} "${arg_DEPENDS}" "${arg_LINK}")
  else()
    add_library(sluice_${name} INTERFACE)
    # As PRIVATE does for a static library: whoever includes these headers names what they include.
    _sluice_depend(sluice_${name} INTERFACE "${arg_DEPENDS}" "${arg_LINK}")
  endif()
  _sluice_headers(sluice_${name} include_dir)
  target_include_directories(sluice_${name} INTERFACE ${include_dir})
  set_property(GLOBAL APPEND PROPERTY SLUICE_LIBRARIES ${name})
  set_property(GLOBAL PROPERTY SLUICE_DEPENDS_${name} "${arg_DEPENDS}")
  set_property(GLOBAL PROPERTY SLUICE_LINK_${name} "${arg_LINK}")
  set_property(DIRECTORY PROPERTY SLUICE_HAS_LIBRARY TRUE)
endfunction()

# sluice_program(NAME [SOURCES file...] [DEPENDS library...] [LINK external...]): an executable of that name in build/bin.
# Without SOURCES: main.cpp where the folder is a library too, else all *.cpp of the folder. Programs below tests/ are
# helpers of the tests: they go to build/bin/tests and are not installed.
function(sluice_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LINK")
  if(NOT arg_SOURCES)
    get_property(has_library DIRECTORY PROPERTY SLUICE_HAS_LIBRARY)
    if(has_library)
      set(arg_SOURCES main.cpp)
    else()
      _sluice_sources(arg_SOURCES)
      list(FILTER arg_SOURCES EXCLUDE REGEX "_test\\.cpp$")
    endif()
  endif()
  _sluice_folder(folder)
  if("${arg_SOURCES}" STREQUAL "main.cpp" AND NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
    message(SEND_ERROR "${folder} declares the program ${name}, but has no main.cpp")
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  _sluice_target(${name} "${arg_DEPENDS}" "${arg_LINK}")
  if(folder MATCHES "^tests(/|$)")
    set_property(TARGET ${name} PROPERTY RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tests)
  else()
    add_dependencies(programs ${name})
    install(TARGETS ${name} DESTINATION bin)
    if(folder MATCHES "^stages/" AND "stages_stage" IN_LIST arg_DEPENDS)
      _sluice_carry_description(${name})
    endif()
  endif()
endfunction()

# sluice_test(NAME [DEPENDS library...] [LINK external...] [PROGRAMS program...] [LABELS label...] [TIMEOUT seconds]
#             [LOCK name] [PROCESSORS n]): every *_test.cpp of this folder in one GoogleTest program build/bin/tests/test_NAME
# and one ctest entry NAME. The label is the first folder below tests/ (engine, e2e, …) and those given. PROGRAMS are
# built with the test. SLUICE_SOURCE_DIR and SLUICE_BIN_DIR are defined for it.
function(sluice_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;LOCK;PROCESSORS" "DEPENDS;LINK;PROGRAMS;LABELS")
  _sluice_sources(sources)
  list(FILTER sources INCLUDE REGEX "_test\\.cpp$")
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  _sluice_target(test_${name} "${arg_DEPENDS}" "${arg_LINK}")
  _sluice_depend(test_${name} PRIVATE "" gtest)
  target_compile_definitions(test_${name} PRIVATE SLUICE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                  SLUICE_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  set_property(TARGET test_${name} PROPERTY RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tests)
  _sluice_folder(folder)
  if(folder MATCHES "^tests/(engine|executors|stages)/")
    add_dependencies(unit_tests test_${name})
  endif()
  set_property(GLOBAL APPEND PROPERTY SLUICE_TESTS_WITH_PROGRAMS ${name})
  set_property(GLOBAL PROPERTY SLUICE_PROGRAMS_${name} "${arg_PROGRAMS}")
  add_test(NAME ${name} COMMAND test_${name} --gtest_brief=1)
  _sluice_test_properties(${name} "${arg_LABELS}" "${arg_TIMEOUT}" "${arg_LOCK}" "${arg_PROCESSORS}")
endfunction()

# sluice_script_test(NAME COMMAND argv... [LABELS ...] [TIMEOUT seconds] [LOCK name] [PROCESSORS n]): a test that is a
# command. It finds SLUICE_SOURCE_DIR and SLUICE_BIN_DIR in its environment.
function(sluice_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;LOCK;PROCESSORS" "COMMAND;LABELS")
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  _sluice_test_properties(${name} "${arg_LABELS}" "${arg_TIMEOUT}" "${arg_LOCK}" "${arg_PROCESSORS}")
endfunction()

# sluice_fuzzer(NAME CORPUS dir [SOURCES file...] [DEPENDS ...] [LINK ...] [RUNS n]): a file that defines
# LLVMFuzzerTestOneInput. With SLUICE_FUZZ it fuzzes RUNS inputs starting from the corpus; otherwise it replays the corpus.
function(sluice_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS;RUNS" "SOURCES;DEPENDS;LINK")
  if(NOT arg_SOURCES)
    set(arg_SOURCES ${name}.cpp)
  endif()
  if(NOT arg_RUNS)
    set(arg_RUNS 20000)
  endif()
  add_executable(${name} ${arg_SOURCES})
  add_dependencies(fuzzers ${name})
  cmake_path(ABSOLUTE_PATH arg_CORPUS BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  _sluice_target(${name} "${arg_DEPENDS}" "${arg_LINK}")
  set_property(TARGET ${name} PROPERTY RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tests)
  if(SLUICE_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(found ${CMAKE_CURRENT_BINARY_DIR}/${name}.found)
    file(MAKE_DIRECTORY ${found})
    add_test(NAME ${name} COMMAND ${name} -runs=${arg_RUNS} -max_len=8192 -timeout=10 ${found} ${arg_CORPUS})
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/replay_corpus.cpp)
    add_test(NAME ${name} COMMAND ${name} ${arg_CORPUS})
  endif()
  _sluice_test_properties(${name} fuzz "" "" "")
endfunction()

# Only these libraries may see LibTorch (architecture, section 3).
set(SLUICE_TORCH_LIBRARIES stages_model_torch stages_train)

# Programs may be defined after the tests that need them, so they are tied together at the end.
function(sluice_tie_programs)
  get_property(tests GLOBAL PROPERTY SLUICE_TESTS_WITH_PROGRAMS)
  foreach(test IN LISTS tests)
    get_property(programs GLOBAL PROPERTY SLUICE_PROGRAMS_${test})
    foreach(program IN LISTS programs)
      if(NOT TARGET ${program})
        message(SEND_ERROR "the test ${test} needs the program ${program}, which no folder defines")
        continue()
      endif()
      add_dependencies(test_${test} ${program})
    endforeach()
  endforeach()
endfunction()

# What the build may not contain: a dependency that does not exist, an arrow that points the wrong way between the trees,
# LibTorch where it does not belong. Called once, after every folder has spoken.
function(sluice_check_layers)
  get_property(libraries GLOBAL PROPERTY SLUICE_LIBRARIES)
  set(engine_may "^(engine_.*|executors_executor|version)$")
  set(executors_may "^(executors_.*|engine_base|version)$")
  set(stages_may "^(stages_.*|engine_base|engine_handoff|version)$")
  foreach(library IN LISTS libraries)
    get_property(depends GLOBAL PROPERTY SLUICE_DEPENDS_${library})
    get_property(link GLOBAL PROPERTY SLUICE_LINK_${library})
    string(REGEX MATCH "^[a-z0-9]+" tree ${library})
    # engine_cli puts the whole program together, so it may name any executor.
    foreach(dependency IN LISTS depends)
      if(NOT TARGET sluice_${dependency})
        message(SEND_ERROR "${library} DEPENDS on ${dependency}, but no folder defines that library")
      endif()
      if(DEFINED ${tree}_may AND NOT library STREQUAL "engine_cli" AND NOT dependency MATCHES "${${tree}_may}")
        message(SEND_ERROR "${library} may not depend on ${dependency}: see architecture section 3")
      endif()
    endforeach()
    if("torch" IN_LIST link AND NOT library IN_LIST SLUICE_TORCH_LIBRARIES)
      message(SEND_ERROR "${library} may not link LibTorch: only ${SLUICE_TORCH_LIBRARIES} do")
    endif()
    _sluice_reachable(${library} reachable)
    if(library IN_LIST reachable)
      message(SEND_ERROR "${library} depends on itself, through some of: ${reachable}")
    endif()
  endforeach()
endfunction()

# ---- details ----

# A stage carries its answer to --describe in its own file, so that the engine need not start it only to hear that
# (engine/base/describe_stage.h). Sanitizers make a start slow, and such a build is only tested: there it is asked.
function(_sluice_carry_description name)
  if(NOT CMAKE_OBJCOPY OR CMAKE_CROSSCOMPILING OR CMAKE_BUILD_TYPE MATCHES "Asan|Tsan")
    return()
  endif()
  set(answer ${CMAKE_CURRENT_BINARY_DIR}/${name}.describe.json)
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND $<TARGET_FILE:${name}> --describe > ${answer}
    COMMAND ${CMAKE_OBJCOPY} --add-section .sluice_describe=${answer} $<TARGET_FILE:${name}>)
endfunction()

# All libraries that `library` depends on, directly or through others.
function(_sluice_reachable library out)
  get_property(todo GLOBAL PROPERTY SLUICE_DEPENDS_${library})
  set(seen)
  while(todo)
    list(POP_FRONT todo next)
    if(NOT next IN_LIST seen)
      list(APPEND seen ${next})
      get_property(more GLOBAL PROPERTY SLUICE_DEPENDS_${next})
      list(APPEND todo ${more})
    endif()
  endwhile()
  set(${out} ${seen} PARENT_SCOPE)
endfunction()

function(_sluice_sources out)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  list(SORT sources)
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# The folder of the current CMakeLists.txt, as includes write it: engine/base.
function(_sluice_folder out)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE folder)
  set(${out} ${folder} PARENT_SCOPE)
endfunction()

# An include directory that shows the headers of this folder, and nothing else, under the folder's name. Headers are
# linked one by one because a folder may contain others (executors/ holds executors/slurm/).
function(_sluice_headers target out)
  _sluice_folder(folder)
  set(dir ${CMAKE_BINARY_DIR}/include/${target})
  file(MAKE_DIRECTORY ${dir}/${folder})
  file(GLOB headers CONFIGURE_DEPENDS *.h)
  foreach(header IN LISTS headers)
    cmake_path(GET header FILENAME file)
    file(CREATE_LINK ${header} ${dir}/${folder}/${file} SYMBOLIC)
  endforeach()
  set(${out} ${dir} PARENT_SCOPE)
endfunction()

function(_sluice_depend target scope depends link)
  _sluice_folder(folder)
  list(TRANSFORM depends PREPEND sluice_)
  foreach(external IN LISTS link)
    sluice_find(${external})
    list(APPEND depends dep::${external})
    if(NOT folder MATCHES "^tests")
      set_property(GLOBAL APPEND PROPERTY SLUICE_SHIPPED ${external})
    endif()
  endforeach()
  foreach(dependency IN LISTS depends)
    if(scope STREQUAL "INTERFACE")
      set(dependency $<LINK_ONLY:${dependency}>)
    endif()
    target_link_libraries(${target} ${scope} ${dependency})
  endforeach()
endfunction()

function(_sluice_target target depends link)
  sluice_compile_options(${target})
  _sluice_headers(${target} include_dir)
  target_include_directories(${target} PRIVATE ${include_dir})
  _sluice_depend(${target} PRIVATE "${depends}" "${link}")
endfunction()

function(_sluice_test_properties name labels timeout lock processors)
  _sluice_folder(folder)
  string(REGEX MATCH "^tests/([^/]+)" matched ${folder})
  list(APPEND labels ${CMAKE_MATCH_1})
  if(NOT timeout)
    set(timeout 300)
  endif()
  set_tests_properties(${name} PROPERTIES
    LABELS "${labels}" TIMEOUT ${timeout}
    ENVIRONMENT "SLUICE_SOURCE_DIR=${CMAKE_SOURCE_DIR};SLUICE_BIN_DIR=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  if(lock)
    set_property(TEST ${name} PROPERTY RESOURCE_LOCK ${lock})
  endif()
  if(processors)
    set_property(TEST ${name} PROPERTY PROCESSORS ${processors})
  endif()
endfunction()
