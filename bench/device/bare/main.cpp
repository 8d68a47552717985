#include <gtest/gtest.h>

int main() { return testing::run_all().failed == 0 ? 0 : 1; }
