# Process 1 of a sandbox, for x86-64. It starts the main process, reaps every orphan, and when the
# main process has ended writes its wait status (4 bytes) to descriptor 0, a pipe, and exits; the
# kernel then kills what is left in the pid namespace. A program of its own because process 1 can't
# be killed by signals from inside: a function that kills itself, or calls abort(3), must die.
#
# init-x86_64.hex is this file assembled and linked:
#   as -o init.o init-x86_64.S && ld -n -s --build-id=none -z noseparate-code -o init init.o
#   xxd -p init > init-x86_64.hex
    .globl _start
    .text
_start:
    mov   (%rsp), %r12               # argc
    lea   16(%rsp), %r13             # &argv[1]: what to run
    lea   16(%rsp,%r12,8), %r14      # envp
    mov   $157, %eax                 # prctl(PR_SET_DUMPABLE, 0): nobody inside reads or writes us
    mov   $4, %edi
    xor   %esi, %esi
    syscall
    mov   $57, %eax                  # fork()
    syscall
    test  %eax, %eax
    js    failed
    jz    child
    mov   %eax, %ebx
wait:
    mov   $61, %eax                  # wait4(-1, &status, 0, NULL)
    mov   $-1, %rdi
    lea   -8(%rsp), %rsi
    xor   %edx, %edx
    xor   %r10d, %r10d
    syscall
    cmp   %ebx, %eax                 # an orphan, or EINTR: again
    jne   wait
    mov   $1, %eax                   # write(0, &status, 4)
    xor   %edi, %edi
    lea   -8(%rsp), %rsi
    mov   $4, %edx
    syscall
    xor   %edi, %edi
    jmp   exit
child:
    mov   $2, %eax                   # open("/dev/null", O_RDONLY)
    lea   null(%rip), %rdi
    xor   %esi, %esi
    syscall
    mov   %eax, %edi
    mov   $33, %eax                  # dup2(opened, 0): the pipe is not the main process's
    xor   %esi, %esi
    syscall
    mov   $3, %eax                   # close(opened)
    syscall
    mov   $59, %eax                  # execve(argv[1], argv + 1, envp)
    mov   (%r13), %rdi
    mov   %r13, %rsi
    mov   %r14, %rdx
    syscall
    mov   $126, %edi                 # as a shell says it: 127 not found, 126 not executable
    cmp   $-2, %eax
    jne   exit
    mov   $127, %edi
exit:
    mov   $231, %eax                 # exit_group
    syscall
failed:
    mov   $125, %edi
    jmp   exit
null:
    .asciz "/dev/null"
