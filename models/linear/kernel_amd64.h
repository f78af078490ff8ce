// The body of addRowsFast and maxRowsFast, which differ in COMBINE: how a product is
// taken into what is there already.
//
// Labels are taken in stripes that fit into registers: 48, then 16, then 8. For
// each stripe all features are taken in order, each product rounded by itself (no
// fused multiply-add), and the row of the feature four ahead is fetched into the
// cache meanwhile.

	MOVQ dst+0(FP), DI
	MOVQ wide+8(FP), CX      // labels left
	MOVQ weights+16(FP), SI  // moves on with the stripes
	MOVQ columns+24(FP), R8
	MOVQ values+32(FP), R9
	MOVQ n+40(FP), R10
	MOVQ CX, R11
	SHLQ $2, R11             // bytes of a row
	MOVQ R10, R12
	SUBQ $4, R12             // features before which there is one to fetch ahead

stripe48:
	CMPQ CX, $48
	JLT  stripe16
	VMOVUPS 0(DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS 64(DI), Y2
	VMOVUPS 96(DI), Y3
	VMOVUPS 128(DI), Y4
	VMOVUPS 160(DI), Y5
	XORQ BX, BX

feature48:
	MOVLQSX (R8)(BX*4), AX
	IMULQ   R11, AX
	ADDQ    SI, AX
	CMPQ    BX, R12
	JGE     add48
	MOVLQSX 16(R8)(BX*4), DX
	IMULQ   R11, DX
	ADDQ    SI, DX
	PREFETCHT0 (DX)
	PREFETCHT0 64(DX)
	PREFETCHT0 128(DX)

add48:
	VBROADCASTSS (R9)(BX*4), Y15
	VMULPS 0(AX), Y15, Y8
	VMULPS 32(AX), Y15, Y9
	VMULPS 64(AX), Y15, Y10
	VMULPS 96(AX), Y15, Y11
	VMULPS 128(AX), Y15, Y12
	VMULPS 160(AX), Y15, Y13
	COMBINE Y8, Y0, Y0
	COMBINE Y9, Y1, Y1
	COMBINE Y10, Y2, Y2
	COMBINE Y11, Y3, Y3
	COMBINE Y12, Y4, Y4
	COMBINE Y13, Y5, Y5
	INCQ BX
	CMPQ BX, R10
	JLT  feature48
	VMOVUPS Y0, 0(DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	VMOVUPS Y4, 128(DI)
	VMOVUPS Y5, 160(DI)
	ADDQ $192, DI
	ADDQ $192, SI
	SUBQ $48, CX
	JMP  stripe48

stripe16:
	CMPQ CX, $16
	JLT  stripe8
	VMOVUPS 0(DI), Y0
	VMOVUPS 32(DI), Y1
	XORQ BX, BX

feature16:
	MOVLQSX (R8)(BX*4), AX
	IMULQ   R11, AX
	ADDQ    SI, AX
	VBROADCASTSS (R9)(BX*4), Y15
	VMULPS 0(AX), Y15, Y8
	VMULPS 32(AX), Y15, Y9
	COMBINE Y8, Y0, Y0
	COMBINE Y9, Y1, Y1
	INCQ BX
	CMPQ BX, R10
	JLT  feature16
	VMOVUPS Y0, 0(DI)
	VMOVUPS Y1, 32(DI)
	ADDQ $64, DI
	ADDQ $64, SI
	SUBQ $16, CX
	JMP  stripe16

stripe8:
	CMPQ CX, $8
	JLT  done
	VMOVUPS 0(DI), Y0
	XORQ BX, BX

feature8:
	MOVLQSX (R8)(BX*4), AX
	IMULQ   R11, AX
	ADDQ    SI, AX
	VBROADCASTSS (R9)(BX*4), Y15
	VMULPS 0(AX), Y15, Y8
	COMBINE Y8, Y0, Y0
	INCQ BX
	CMPQ BX, R10
	JLT  feature8
	VMOVUPS Y0, 0(DI)
	ADDQ $32, DI
	ADDQ $32, SI
	SUBQ $8, CX
	JMP  stripe8

done:
	VZEROUPPER
	RET
