/* Loaded into PostgreSQL (LD_PRELOAD): a sync of a file takes at least SYNC_MILLISECONDS, as on a rented volume. The real sync is made, and
   nothing else is slower. The server still lets commits that wait share a sync. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static int slowly(const char *name, int file) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  const char *text = getenv("SYNC_MILLISECONDS");
  end.tv_nsec += (text ? atol(text) : 0) * 1000000L;
  end.tv_sec += end.tv_nsec / 1000000000L;
  end.tv_nsec %= 1000000000L;
  int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int result = sync(file), error = errno;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR) {}
  errno = error;
  return result;
}

int fdatasync(int file) { return slowly("fdatasync", file); }

int fsync(int file) { return slowly("fsync", file); }
