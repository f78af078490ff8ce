#include "textflag.h"

// func addFast(sums *[lanes]float64, size, from int, rows *int32, times *uint8, n int, weights *[lanes]float64, worth *[256]float64) int
TEXT ·addFast(SB), NOSPLIT, $0-72
	MOVQ sums+0(FP), DI
	MOVQ size+8(FP), R8
	MOVQ from+16(FP), R9
	MOVQ rows+24(FP), SI
	MOVQ times+32(FP), DX
	MOVQ n+40(FP), CX
	MOVQ weights+48(FP), R10
	MOVQ worth+56(FP), R11
	VMOVUPD (R10), Y0
	VMOVUPD 32(R10), Y1
	XORQ AX, AX
next:
	CMPQ AX, CX
	JGE  done
	MOVLQSX (SI)(AX*4), BX
	SUBQ R9, BX
	CMPQ BX, R8
	JGE  done
	MOVBLZX (DX)(AX*1), R12
	VBROADCASTSD (R11)(R12*8), Y2
	SHLQ $6, BX
	// Product and sum are rounded one after the other, as without the kernel.
	VMULPD Y0, Y2, Y3
	VMULPD Y1, Y2, Y4
	VADDPD (DI)(BX*1), Y3, Y3
	VADDPD 32(DI)(BX*1), Y4, Y4
	VMOVUPD Y3, (DI)(BX*1)
	VMOVUPD Y4, 32(DI)(BX*1)
	INCQ AX
	JMP  next
done:
	MOVQ AX, ret+64(FP)
	VZEROUPPER
	RET
