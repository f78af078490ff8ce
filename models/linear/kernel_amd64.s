#include "textflag.h"

// func addRowsFast(dst *float32, wide int, weights *float32, columns *int32, values *float32, n int)
#define COMBINE VADDPS
TEXT ·addRowsFast(SB), NOSPLIT, $0-48
#include "kernel_amd64.h"
#undef COMBINE

// func maxRowsFast(dst *float32, wide int, weights *float32, columns *int32, values *float32, n int)
#define COMBINE VMAXPS
TEXT ·maxRowsFast(SB), NOSPLIT, $0-48
#include "kernel_amd64.h"
