/* LD_PRELOAD: lets syncing, writing or creating database files fail, as a bad, full or read-only disk does.
   BAD_DISK names a file of five numbers that the test rewrites while the server runs; see bad_disk.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

struct order {
    int sync_errno, sync_percent, write_errno, write_percent, failed;
};

static struct order *order;

__attribute__((constructor)) static void begin(void)
{
    const char *name = getenv("BAD_DISK");
    int fd = name ? open(name, O_RDWR) : -1;
    if (fd < 0)
        return;
    void *there = mmap(NULL, sizeof(struct order), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    order = there == MAP_FAILED ? NULL : there;
    close(fd);
}

static int is_database(const char *path)
{
    const char *name = strrchr(path, '/');
    return strncmp(name ? name + 1 : path, "skm.db", 6) == 0;
}

static int fails(int number, int percent)
{
    static __thread unsigned seed;
    if (!number)
        return 0;
    if (!seed)
        seed = (unsigned)getpid() ^ (unsigned)(size_t)&seed;
    if (rand_r(&seed) % 100 >= percent)
        return 0;
    __atomic_add_fetch(&order->failed, 1, __ATOMIC_RELAXED);
    errno = number;
    return 1;
}

static int fails_on(int fd, int number, int percent)
{
    char link[40], path[4096];
    int saved = errno;
    if (!order || !number)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (size < 0)
        return 0;
    path[size] = 0;
    return is_database(path) && fails(number, percent);
}

#define REAL(name, ...) ((int (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

int fsync(int fd)
{
    if (order && fails_on(fd, order->sync_errno, order->sync_percent))
        return -1;
    return REAL(fsync, int)(fd);
}

int fdatasync(int fd)
{
    if (order && fails_on(fd, order->sync_errno, order->sync_percent))
        return -1;
    return REAL(fdatasync, int)(fd);
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at)
{
    if (order && fails_on(fd, order->write_errno, order->write_percent))
        return -1;
    return ((ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64"))(fd, from, size, at);
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at)
{
    return pwrite64(fd, from, size, at);
}

int ftruncate64(int fd, off64_t size)
{
    if (order && fails_on(fd, order->write_errno, order->write_percent))
        return -1;
    return REAL(ftruncate64, int, off64_t)(fd, size);
}

int unlink(const char *path)
{
    if (order && is_database(path) && fails(order->write_errno, order->write_percent))
        return -1;
    return REAL(unlink, const char *)(path);
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    int mode = va_arg(more, int);
    va_end(more);
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
    if (order && writes && is_database(path) && fails(order->write_errno, order->write_percent))
        return -1;
    return REAL(open64, const char *, int, ...)(path, flags, mode);
}
