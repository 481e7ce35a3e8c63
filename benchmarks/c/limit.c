// The limit: makes a WebSocket frame of every message, the one that ours would send, and write()s it to each
// subscriber. One thread, epoll, no handshake to speak of: it answers the one key that the load generator sends.
//
//   cc -O2 -o limit limit.c && PORT=8080 CONTROL_PORT=8081 ./limit
//
// A subscriber that can't take a frame waits with what is left of it; a second one for it meanwhile is queued behind.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHANNELS 10000
#define INPUT 2048
#define JOBS 16

static const char ACCEPTED[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"; // of dGhlIHNhbXBsZSBub25jZQ==, RFC 6455's example

enum kind { HANDSHAKE, SOCKET, CONTROL };

struct connection {
  int fd;
  enum kind kind;
  int used;
  char *waiting;
  size_t waiting_bytes, waiting_room;
  char input[INPUT];
};

static struct { struct connection **subscribers; int count, room; uint64_t offset; } channels[CHANNELS];

// A `publish` that is under way
static struct job {
  int fd, run, first, channels, count, sent, sizes[16], size_count;
  double rate;
  int64_t start;
} jobs[JOBS];
static int job_count;

static int epoll;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void watch(struct connection *connection, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  epoll_ctl(epoll, operation, connection->fd, &event);
}

static void end(struct connection *connection) {
  for (int c = 0; c < CHANNELS; c++) {
    for (int i = 0; i < channels[c].count; i++) {
      if (channels[c].subscribers[i] == connection) {
        channels[c].subscribers[i--] = channels[c].subscribers[--channels[c].count];
      }
    }
  }
  close(connection->fd);
  free(connection->waiting);
  free(connection);
}

static void wait_with(struct connection *connection, const char *bytes, size_t count) {
  if (connection->waiting_bytes + count > connection->waiting_room) {
    connection->waiting_room = (connection->waiting_bytes + count) * 2;
    connection->waiting = realloc(connection->waiting, connection->waiting_room);
  }
  memcpy(connection->waiting + connection->waiting_bytes, bytes, count);
  if (connection->waiting_bytes == 0) watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
  connection->waiting_bytes += count;
}

static void send_to(struct connection *connection, const char *bytes, size_t count) {
  if (connection->waiting_bytes == 0) {
    ssize_t written = write(connection->fd, bytes, count);
    if (written == (ssize_t) count) return;
    if (written < 0) {
      if (errno != EAGAIN) return; // gone: epoll will say so
      written = 0;
    }
    bytes += written;
    count -= written;
  }
  wait_with(connection, bytes, count);
}

static void go_on_writing(struct connection *connection) {
  ssize_t written = write(connection->fd, connection->waiting, connection->waiting_bytes);
  if (written <= 0) return;
  connection->waiting_bytes -= written;
  memmove(connection->waiting, connection->waiting + written, connection->waiting_bytes);
  if (connection->waiting_bytes == 0) watch(connection, EPOLL_CTL_MOD, EPOLLIN);
}

static void publish(int run, int channel, int sequence, int64_t due, int size) {
  static char frame[128 * 1024], line[128 * 1024];
  int length = sprintf(line, "{\"type\":\"message\",\"channel\":\"c%d\",\"offset\":%llu,\"data\":{\"text\":\"", channel,
                       (unsigned long long) ++channels[channel].offset);
  length += sprintf(line + length, "#%04d%04d%08d%018lld%05d", run, channel, sequence, (long long) due, size);
  memset(line + length, 'x', size - 41);
  length += size - 41;
  length += sprintf(line + length, "$\"}}");
  int head = 2;
  frame[0] = (char) 0x81;
  if (length < 126) {
    frame[1] = (char) length;
  } else if (length < 65536) {
    frame[1] = 126;
    frame[2] = (char) (length >> 8);
    frame[3] = (char) length;
    head = 4;
  } else {
    frame[1] = 127;
    for (int i = 0; i < 8; i++) frame[2 + i] = (char) ((uint64_t) length >> (56 - 8 * i));
    head = 10;
  }
  memcpy(frame + head, line, length);
  for (int i = 0; i < channels[channel].count; i++) {
    send_to(channels[channel].subscribers[i], frame, head + length);
  }
}

// In a burst all are due at once
static int64_t next_due(const struct job *job) {
  return job->start + (job->rate == 0 ? 0 : (int64_t) (job->sent * 1e9 / job->rate));
}

// Sends what is due, and waits for input or for what is due next. epoll_wait itself counts in milliseconds
static int work(struct epoll_event *events, int room) {
  int64_t next = INT64_MAX;
  for (int j = 0; j < job_count; j++) {
    struct job *job = &jobs[j];
    // In a burst one at a time, so that connections that wait get on meanwhile
    int most = job->rate == 0 ? 1 : job->count;
    while (job->sent < job->count && most-- > 0) {
      int64_t due = next_due(job);
      if (due > now()) break;
      int i = job->sent++;
      publish(job->run, job->first + i % job->channels, i / job->channels, due, job->sizes[i % job->size_count]);
    }
    if (job->sent == job->count) {
      if (write(job->fd, "done\n", 5) < 0) perror("control");
      *job = jobs[--job_count];
      j--;
    } else {
      if (next_due(job) < next) next = next_due(job);
    }
  }
  if (next == INT64_MAX) return epoll_wait(epoll, events, room, -1);
  int64_t left = next - now();
  if (left > 0) {
    struct pollfd input = {.fd = epoll, .events = POLLIN};
    struct timespec time = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    ppoll(&input, 1, &time, NULL);
  }
  return epoll_wait(epoll, events, room, 0);
}

static void control(struct connection *connection, char *line) {
  struct job job = {.fd = connection->fd, .start = now()};
  char sizes[256];
  if (job_count < JOBS && sscanf(line, "publish %d %d %d %d %255s %lf", &job.run, &job.first, &job.channels, &job.count,
                                 sizes, &job.rate) == 6) {
    for (char *size = strtok(sizes, ","); size && job.size_count < 16; size = strtok(NULL, ",")) {
      job.sizes[job.size_count++] = atoi(size);
    }
    jobs[job_count++] = job;
  } else {
    const char *answer = strcmp(line, "gc") == 0 ? "done 0\n" : "error: not here\n";
    if (write(connection->fd, answer, strlen(answer)) < 0) perror("control");
  }
}

static void subscribe(struct connection *connection, const char *name) {
  int channel = atoi(name + 1);
  if (channel < 0 || channel >= CHANNELS) return;
  if (channels[channel].count == channels[channel].room) {
    channels[channel].room = channels[channel].room * 2 + 16;
    channels[channel].subscribers =
        realloc(channels[channel].subscribers, channels[channel].room * sizeof(struct connection *));
  }
  channels[channel].subscribers[channels[channel].count++] = connection;
}

// Takes one piece of input; returns how many bytes it was, 0 if it is not all there, -1 at the end
static int take(struct connection *connection) {
  char *input = connection->input;
  if (connection->kind == CONTROL) {
    char *newline = memchr(input, '\n', connection->used);
    if (!newline) return 0;
    *newline = 0;
    control(connection, input);
    return (int) (newline - input) + 1;
  }
  if (connection->kind == HANDSHAKE) {
    char *blank = memmem(input, connection->used, "\r\n\r\n", 4);
    if (!blank) return 0;
    connection->kind = SOCKET;
    send_to(connection, ACCEPTED, sizeof ACCEPTED - 1);
    return (int) (blank - input) + 4;
  }
  // Short masked frames only: the name of a channel, or the end
  if (connection->used < 6) return 0;
  int length = input[1] & 0x7f;
  if (length > 125 || (input[0] & 0x0f) == 8) return -1;
  if (connection->used < 6 + length) return 0;
  char name[126];
  for (int i = 0; i < length; i++) name[i] = input[6 + i] ^ input[2 + i % 4];
  name[length] = 0;
  if ((input[0] & 0x0f) == 1) subscribe(connection, name);
  return 6 + length;
}

static void receive(struct connection *connection) {
  ssize_t count = read(connection->fd, connection->input + connection->used, INPUT - connection->used);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    end(connection);
    return;
  }
  connection->used += count;
  int taken;
  while ((taken = take(connection)) > 0) {
    connection->used -= taken;
    memmove(connection->input, connection->input + taken, connection->used);
  }
  if (taken < 0 || connection->used == INPUT) end(connection);
}

static int listen_on(const char *variable) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(atoi(getenv(variable))), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(fd, (struct sockaddr *) &address, sizeof address) || listen(fd, 4096)) {
    perror(variable);
    exit(1);
  }
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t) fd << 1 | 1}; // odd: no pointer
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  return fd;
}

int main(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll = epoll_create1(0);
  listen_on("PORT");
  int control_port = listen_on("CONTROL_PORT");
  struct epoll_event events[512];
  while (1) {
    int ready = work(events, 512);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.u64 & 1) {
        int listener = (int) (events[i].data.u64 >> 1), on = 1;
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0) continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        connection->fd = fd;
        connection->kind = listener == control_port ? CONTROL : HANDSHAKE;
        watch(connection, EPOLL_CTL_ADD, EPOLLIN);
        continue;
      }
      struct connection *connection = events[i].data.ptr;
      if (events[i].events & EPOLLOUT) go_on_writing(connection);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
    }
  }
}
