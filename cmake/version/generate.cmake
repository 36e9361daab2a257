# Run at build time: fills version.cpp.in. A machine without git, or a source archive, gets an empty commit.
execute_process(COMMAND git -C ${SOURCE_DIR} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
configure_file(${IN} ${OUT} @ONLY)
file(TOUCH ${OUT})
