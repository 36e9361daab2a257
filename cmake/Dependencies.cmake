# Other people's libraries, each as one imported target dep::NAME that brings its headers, its libraries and the settings we
# use it with. Nothing is looked for until a target names it (LINK boost toml …), so a folder that needs no LibTorch builds
# on a machine that has none.
#
#   boost process program_options json toml xxhash sqlite sqlitecpp threads gtest benchmark
#   hdf5 zlib zstd lz4 lzma eigen fastjet hepmc3 mpi onnx nlopt svm torch onnxruntime

set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
set(SLUICE_DEPS_DIR ${CMAKE_SOURCE_DIR}/.deps CACHE PATH "Where cmake/bootstrap unpacks what the distribution does not have")

function(sluice_find name)
  if(TARGET dep::${name})
    return()
  endif()
  if(NOT COMMAND _sluice_find_${name})
    message(FATAL_ERROR "LINK ${name}: cmake/Dependencies.cmake knows no such dependency")
  endif()
  add_library(dep_${name} INTERFACE)
  add_library(dep::${name} ALIAS dep_${name})
  cmake_language(CALL _sluice_find_${name})
endfunction()

# Installs the libraries that no distribution package brings, where a program that is installed uses them. They are large
# (LibTorch: 430 MB), so on one file system they become hard links of the files in .deps: no second copy on the disk, and
# an installed tree that can be moved, packed and outlive .deps. Elsewhere they are copied.
function(sluice_install_dependencies)
  get_property(shipped GLOBAL PROPERTY SLUICE_SHIPPED)
  list(REMOVE_DUPLICATES shipped)
  set(all)
  foreach(name IN LISTS shipped)
    get_property(files GLOBAL PROPERTY SLUICE_FILES_OF_${name})
    list(APPEND all ${files})
  endforeach()
  install(CODE "set(libraries \"${all}\")")
  install(CODE [[
    set(folder "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/lib/sluice")
    file(MAKE_DIRECTORY "${folder}")
    foreach(library IN LISTS libraries)
      cmake_path(GET library FILENAME name)
      if(IS_SYMLINK "${library}")
        file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/sluice" TYPE FILE FILES "${library}")
      else()
        file(REAL_PATH "${library}" file)
        file(CREATE_LINK "${file}" "${folder}/${name}" COPY_ON_ERROR)
      endif()
      list(APPEND CMAKE_INSTALL_MANIFEST_FILES "${CMAKE_INSTALL_PREFIX}/lib/sluice/${name}")
    endforeach()
  ]])
endfunction()

# dep::NAME is these targets of a found package.
macro(_sluice_forward name)
  target_link_libraries(dep_${name} INTERFACE ${ARGN})
endmacro()

# dep::NAME is this header and these libraries: for packages without a CMake file.
function(_sluice_plain name header)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LIBRARIES;SUFFIXES")
  find_path(SLUICE_${name}_INCLUDE ${header} PATH_SUFFIXES ${arg_SUFFIXES})
  if(NOT SLUICE_${name}_INCLUDE)
    _sluice_missing(${name} "no ${header}")
  endif()
  target_include_directories(dep_${name} SYSTEM INTERFACE ${SLUICE_${name}_INCLUDE})
  foreach(library IN LISTS arg_LIBRARIES)
    find_library(SLUICE_${name}_${library}_LIBRARY ${library})
    if(NOT SLUICE_${name}_${library}_LIBRARY)
      _sluice_missing(${name} "no lib${library}")
    endif()
    target_link_libraries(dep_${name} INTERFACE ${SLUICE_${name}_${library}_LIBRARY})
  endforeach()
endfunction()

function(_sluice_missing name what)
  message(FATAL_ERROR "${name} is missing (${what}). This installs what Sluice builds with: cmake/bootstrap build")
endfunction()

# ---- what every part of the engine may use ----

function(_sluice_find_threads)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_package(Threads REQUIRED)
  _sluice_forward(threads Threads::Threads)
endfunction()

# Asio, Beast and everything else of Boost that is only headers.
function(_sluice_find_boost)
  find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers)
  sluice_find(threads)
  _sluice_forward(boost Boost::headers dep::threads)
  target_compile_definitions(dep_boost INTERFACE BOOST_ASIO_NO_DEPRECATED)
endfunction()

# Process v2. (v1 forks, which costs a driver with much memory dearly; v2 has a vfork launcher.)
function(_sluice_find_process)
  find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS filesystem)
  sluice_find(boost)
  _sluice_forward(process dep::boost Boost::filesystem)
endfunction()

function(_sluice_find_program_options)
  find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS program_options)
  _sluice_forward(program_options Boost::program_options)
endfunction()

function(_sluice_find_json)
  find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json)
  _sluice_forward(json Boost::json)
endfunction()

# toml++ without exceptions, compiled once: header-only it costs every file that includes it several seconds.
function(_sluice_find_toml)
  _sluice_plain(toml toml++/toml.h)
  add_library(dep_toml_implementation STATIC ${CMAKE_SOURCE_DIR}/cmake/toml_implementation.cpp)
  set(fixed ${CMAKE_SOURCE_DIR}/cmake/toml)  # a toml++/toml.h that corrects theirs and includes it
  target_include_directories(dep_toml SYSTEM BEFORE INTERFACE ${fixed})
  target_include_directories(dep_toml_implementation SYSTEM BEFORE PRIVATE ${fixed})
  target_compile_definitions(dep_toml INTERFACE TOML_HEADER_ONLY=0 TOML_EXCEPTIONS=0)
  target_compile_definitions(dep_toml_implementation PRIVATE TOML_HEADER_ONLY=0 TOML_EXCEPTIONS=0)
  target_include_directories(dep_toml_implementation SYSTEM PRIVATE ${SLUICE_toml_INCLUDE})
  _sluice_forward(toml dep_toml_implementation)
endfunction()

function(_sluice_find_xxhash)
  _sluice_plain(xxhash xxhash.h LIBRARIES xxhash)
endfunction()

function(_sluice_find_sqlite)
  find_package(SQLite3 REQUIRED)
  _sluice_forward(sqlite SQLite::SQLite3)
endfunction()

function(_sluice_find_sqlitecpp)
  sluice_find(sqlite)
  sluice_find(threads)
  _sluice_plain(sqlitecpp SQLiteCpp/SQLiteCpp.h LIBRARIES SQLiteCpp)
  _sluice_forward(sqlitecpp dep::sqlite dep::threads)
endfunction()

function(_sluice_find_gtest)
  find_package(GTest 1.12 REQUIRED)
  _sluice_forward(gtest GTest::gtest_main GTest::gtest GTest::gmock)
endfunction()

function(_sluice_find_benchmark)
  find_package(benchmark REQUIRED)
  _sluice_forward(benchmark benchmark::benchmark)
endfunction()

# ---- event data ----

function(_sluice_find_hdf5)
  _sluice_plain(hdf5 hdf5.h SUFFIXES hdf5/serial)
  find_library(SLUICE_HDF5_LIBRARY NAMES hdf5_serial hdf5)
  if(NOT SLUICE_HDF5_LIBRARY)
    _sluice_missing(hdf5 "no libhdf5")
  endif()
  _sluice_forward(hdf5 ${SLUICE_HDF5_LIBRARY})
endfunction()

function(_sluice_find_zlib)
  _sluice_plain(zlib zlib.h LIBRARIES z)
endfunction()

function(_sluice_find_zstd)
  _sluice_plain(zstd zstd.h LIBRARIES zstd)
endfunction()

function(_sluice_find_lz4)
  _sluice_plain(lz4 lz4.h LIBRARIES lz4)
endfunction()

function(_sluice_find_lzma)
  _sluice_plain(lzma lzma.h LIBRARIES lzma)
endfunction()

function(_sluice_find_eigen)
  _sluice_plain(eigen Eigen/Core SUFFIXES eigen3)
endfunction()

function(_sluice_find_fastjet)
  _sluice_plain(fastjet fastjet/PseudoJet.hh LIBRARIES fastjet)
endfunction()

function(_sluice_find_hepmc3)
  _sluice_plain(hepmc3 HepMC3/GenEvent.h LIBRARIES HepMC3)
endfunction()

# ---- search, networks ----

function(_sluice_find_nlopt)
  _sluice_plain(nlopt nlopt.hpp LIBRARIES nlopt_cxx)
endfunction()

function(_sluice_find_svm)
  _sluice_plain(svm svm.h LIBRARIES svm SUFFIXES libsvm)
endfunction()

function(_sluice_find_mpi)
  find_package(MPI REQUIRED COMPONENTS C)
  _sluice_forward(mpi MPI::MPI_C)
  # The C API only: the C++ one was removed from the standard, and needs another library.
  target_compile_definitions(dep_mpi INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
endfunction()

# Never in one program with LibTorch: that library exports a protobuf of its own. (Its CMake files also leave behind an
# empty protobuf::libprotobuf, which is why protobuf is looked for by hand.)
function(_sluice_find_onnx)
  _sluice_plain(onnx onnx/checker.h LIBRARIES onnx onnx_proto protobuf)
  target_compile_definitions(dep_onnx INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
endfunction()

# Torch_DIR or SLUICE_TORCH given by the user comes first (as in cmake/bootstrap), then .deps/torch, then the system.
function(_sluice_find_torch)
  list(PREPEND CMAKE_PREFIX_PATH ${SLUICE_DEPS_DIR}/torch)
  if(DEFINED ENV{SLUICE_TORCH})
    list(PREPEND CMAKE_PREFIX_PATH $ENV{SLUICE_TORCH})
  elseif(DEFINED ENV{Torch_DIR})
    set(Torch_DIR $ENV{Torch_DIR})
  endif()
  set(CMAKE_MESSAGE_LOG_LEVEL ERROR)  # its one warning (kineto, a profiler, is not in the wheel) tells us nothing
  find_package(Torch 2.5 QUIET)
  if(NOT Torch_FOUND)
    _sluice_missing(torch "no TorchConfig.cmake; an unpacked LibTorch of your own goes into SLUICE_TORCH")
  endif()
  target_include_directories(dep_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  _sluice_forward(torch ${TORCH_LIBRARIES})
  if(TORCH_INSTALL_PREFIX MATCHES "^${SLUICE_DEPS_DIR}/")
    file(GLOB libraries ${TORCH_INSTALL_PREFIX}/lib/libtorch.so ${TORCH_INSTALL_PREFIX}/lib/libtorch_cpu.so
         ${TORCH_INSTALL_PREFIX}/lib/libc10.so ${TORCH_INSTALL_PREFIX}/lib/libgomp*)
    set_property(GLOBAL PROPERTY SLUICE_FILES_OF_torch ${libraries})
  else()
    set_target_properties(dep_torch PROPERTIES SLUICE_RPATH ${TORCH_INSTALL_PREFIX}/lib)
  endif()
endfunction()

function(_sluice_find_onnxruntime)
  set(dir ${SLUICE_DEPS_DIR}/onnxruntime)
  if(DEFINED ENV{SLUICE_ONNXRUNTIME})
    set(dir $ENV{SLUICE_ONNXRUNTIME})
  endif()
  find_path(SLUICE_ONNXRUNTIME_INCLUDE onnxruntime_cxx_api.h HINTS ${dir}/include PATH_SUFFIXES onnxruntime)
  find_library(SLUICE_ONNXRUNTIME_LIBRARY onnxruntime HINTS ${dir}/lib)
  if(NOT SLUICE_ONNXRUNTIME_INCLUDE OR NOT SLUICE_ONNXRUNTIME_LIBRARY)
    _sluice_missing(onnxruntime "no headers or library in ${dir}")
  endif()
  target_include_directories(dep_onnxruntime SYSTEM INTERFACE ${SLUICE_ONNXRUNTIME_INCLUDE})
  _sluice_forward(onnxruntime ${SLUICE_ONNXRUNTIME_LIBRARY})
  file(GLOB libraries ${dir}/lib/libonnxruntime.so*)
  set_property(GLOBAL PROPERTY SLUICE_FILES_OF_onnxruntime ${libraries})
endfunction()
