# How every target of the project is built: warnings, sanitizers, linker, compiler cache.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

add_library(framewright_flags INTERFACE)
target_compile_options(framewright_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wconversion>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${FRAMEWRIGHT_WERROR}>>:-Werror>)
target_include_directories(framewright_flags INTERFACE ${PROJECT_SOURCE_DIR})

if(FRAMEWRIGHT_SANITIZE)
  add_compile_options(-fsanitize=${FRAMEWRIGHT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FRAMEWRIGHT_SANITIZE})
endif()
if(FRAMEWRIGHT_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# framewright_room(NAME SOURCES ... PUBLIC ... PRIVATE ...): one static library for one room.
function(framewright_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(framewright_${name} STATIC ${ROOM_SOURCES})
  add_library(framewright::${name} ALIAS framewright_${name})
  target_link_libraries(framewright_${name}
    PUBLIC framewright_flags ${ROOM_PUBLIC}
    PRIVATE ${ROOM_PRIVATE})
endfunction()
