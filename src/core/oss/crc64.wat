;; CRC-64/XZ. Memory from 0: eight tables of 256 entries, 8 bytes each; the entry of byte b in table k is what b does
;; to the register when k more bytes follow it. crc64Kernel.ts fills them, and says where the rest of the memory goes.
(module
  (memory (export "memory") 2)

  ;; The register after `length` bytes from `at`, eight at a time: each picks its entry from a table of its own.
  (func (export "slice") (param $at i32) (param $length i32) (param $register i64) (result i64)
    (local $end i32)
    (local $word i64)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (block $fewer
      (loop $words
        (br_if $fewer (i32.gt_u (i32.add (local.get $at) (i32.const 8)) (local.get $end)))
        (local.set $word (i64.xor (local.get $register) (i64.load (local.get $at))))
        ;; Byte n of the word, times 8, is (word >> 8n) << 3 & 0x7f8.
        (local.set $register
          (i64.xor
            (i64.xor
              (i64.xor
                (i64.load offset=0x3800 (i32.wrap_i64 (i64.and (i64.shl (local.get $word) (i64.const 3)) (i64.const 0x7f8))))
                (i64.load offset=0x3000 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $word) (i64.const 5)) (i64.const 0x7f8)))))
              (i64.xor
                (i64.load offset=0x2800 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $word) (i64.const 13)) (i64.const 0x7f8))))
                (i64.load offset=0x2000 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $word) (i64.const 21)) (i64.const 0x7f8))))))
            (i64.xor
              (i64.xor
                (i64.load offset=0x1800 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $word) (i64.const 29)) (i64.const 0x7f8))))
                (i64.load offset=0x1000 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $word) (i64.const 37)) (i64.const 0x7f8)))))
              (i64.xor
                (i64.load offset=0x0800 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $word) (i64.const 45)) (i64.const 0x7f8))))
                (i64.load offset=0x0000 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $word) (i64.const 53)) (i64.const 0x7f8))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $words)))
    (block $done
      (loop $bytes
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $register
          (i64.xor
            (i64.shr_u (local.get $register) (i64.const 8))
            (i64.load
              (i32.shl
                (i32.and
                  (i32.xor (i32.wrap_i64 (local.get $register)) (i32.load8_u (local.get $at)))
                  (i32.const 0xff))
                (i32.const 3)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $bytes)))
    (local.get $register))

  ;; Folds: writes to `to` the `length` bytes from `at`, a multiple of 16, each XORed with the bytes that were written
  ;; 1060, 1575, 2955, 3472, 3481, 3831 and 3864 places before it. `from` is 3864 places before the first of them.
  ;; The offsets are the exponents of the relation that crc64Kernel.ts explains.
  (func (export "fold") (param $at i32) (param $length i32) (param $from i32) (param $to i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (loop $next
      (v128.store
        (local.get $to)
        (v128.xor
          (v128.xor
            (v128.xor (v128.load (local.get $at)) (v128.load offset=2804 (local.get $from)))
            (v128.xor (v128.load offset=2289 (local.get $from)) (v128.load offset=909 (local.get $from))))
          (v128.xor
            (v128.xor (v128.load offset=392 (local.get $from)) (v128.load offset=383 (local.get $from)))
            (v128.xor (v128.load offset=33 (local.get $from)) (v128.load offset=0 (local.get $from))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))))
