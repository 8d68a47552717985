# Run in every build: writes OUTPUT from TEMPLATE with the commit and the day, and leaves the file alone when neither
# has changed. The day follows SOURCE_DATE_EPOCH (string(TIMESTAMP) does), so that builds can be reproduced.
function(git_says out)
  execute_process(COMMAND git -c safe.directory=${SOURCE_DIR} ${ARGN} WORKING_DIRECTORY ${SOURCE_DIR}
    RESULT_VARIABLE failed OUTPUT_VARIABLE text ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed OR text STREQUAL "")
    set(text unknown)
  endif()
  set(${out} ${text} PARENT_SCOPE)
endfunction()

git_says(COMMIT describe --always --dirty --abbrev=40 --exclude=*)
git_says(BRANCH rev-parse --abbrev-ref HEAD)
if(NOT CUDA)
  set(CUDA none)
endif()
string(TIMESTAMP BUILD_DATE "%Y-%m-%d" UTC)
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
