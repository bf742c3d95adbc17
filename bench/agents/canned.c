/* A canned SNMP v1/v2c agent for the benches: GET, GETNEXT, GETBULK out of sorted tables, for as
 * many loopback addresses as one likes. It must stay out of the way of what is measured.
 *
 *   canned PORT MAX_OCTETS TABLE... -- FIRST LAST TABLE_NUMBER BEHAVIOUR ARGUMENT ...
 *
 * TABLE is a file of records: u16 length of the OID's BER contents, u16 length of the value's TLV,
 * u8 number of sub-identifiers, then those three. A range of addresses (dotted) answers out of one
 * table and behaves: normal; dead; slow MILLISECONDS; drop PER_CENT; loop (walks go round);
 * garbage; cut (half a message); generr.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TABLES = 600, RANGES = 12000, BATCH = 32, OCTETS = 65000, VARBINDS = 3000, ASKED = 128, WAITING = 65536 };
enum behaviour { NORMAL, DEAD, SLOW, DROP, LOOP, GARBAGE, CUT, GENERR };
static const char *WORDS[] = {"normal", "dead", "slow", "drop", "loop", "garbage", "cut", "generr"};

struct record { uint16_t oid_octets, value_octets; uint8_t numbers; uint8_t *oid, *value; uint32_t *id; };
struct table { struct record *rows; int count; };
struct range { uint32_t first, last; int table; enum behaviour does; int argument; };
struct later { double due; struct sockaddr_in to; struct in_addr from; int octets; uint8_t *data; };

static struct table tables[TABLES];
static struct range ranges[RANGES];
static int table_count, range_count, most_octets;
static struct later waiting[WAITING];
static unsigned waiting_head, waiting_tail;
static volatile sig_atomic_t stopped;

static void stop(int signal_number) { (void)signal_number; stopped = 1; }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) { fprintf(stderr, "canned: %s\n", what); exit(2); }

static void load(const char *path) {
  struct table *table = &tables[table_count++];
  FILE *file = fopen(path, "rb");
  if (!file || table_count > TABLES) fail(path);
  int room = 0;
  uint8_t head[5];
  while (fread(head, 1, 5, file) == 5) {
    if (table->count == room) {
      room = room ? room * 2 : 1024;
      table->rows = realloc(table->rows, room * sizeof *table->rows);
    }
    struct record *row = &table->rows[table->count++];
    row->oid_octets = head[0] | head[1] << 8;
    row->value_octets = head[2] | head[3] << 8;
    row->numbers = head[4];
    row->oid = malloc(row->oid_octets);
    row->value = malloc(row->value_octets);
    row->id = malloc(4 * row->numbers + 4);
    if (fread(row->oid, 1, row->oid_octets, file) != row->oid_octets ||
        fread(row->value, 1, row->value_octets, file) != row->value_octets ||
        fread(row->id, 4, row->numbers, file) != row->numbers)
      fail("a table ends in the middle of a record");
  }
  fclose(file);
}

static int compare(const uint32_t *a, int a_count, const uint32_t *b, int b_count) {
  for (int i = 0; i < a_count && i < b_count; i++)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return a_count == b_count ? 0 : a_count < b_count ? -1 : 1;
}

/* First row at or behind an OID. */
static int find(const struct table *table, const uint32_t *id, int count, int *equal) {
  int low = 0, high = table->count;
  while (low < high) {
    int middle = (low + high) / 2;
    const struct record *row = &table->rows[middle];
    if (compare(row->id, row->numbers, id, count) < 0) low = middle + 1; else high = middle;
  }
  *equal = low < table->count && !compare(table->rows[low].id, table->rows[low].numbers, id, count);
  return low;
}

struct reader { const uint8_t *at, *end; };

static int element(struct reader *r, int *tag, int *octets) {
  if (r->end - r->at < 2) return -1;
  *tag = *r->at++;
  unsigned n = *r->at++;
  if (n & 0x80) {
    int more = n & 0x7f;
    n = 0;
    if (more > 3 || r->end - r->at < more) return -1;
    while (more--) n = n << 8 | *r->at++;
  }
  if (r->end - r->at < (long)n) return -1;
  *octets = (int)n;
  return 0;
}

static int whole(struct reader *r, long *value) {
  int tag, octets;
  if (element(r, &tag, &octets) || tag != 2 || octets < 1) return -1;
  *value = (int8_t)*r->at;
  for (int i = 1; i < octets; i++) *value = *value << 8 | r->at[i];
  r->at += octets;
  return 0;
}

static int identifier(const uint8_t *at, int octets, uint32_t *id) {
  int count = 0, first = 1;
  uint32_t value = 0;
  for (int i = 0; i < octets && count < 126; i++) {
    value = value << 7 | (at[i] & 0x7f);
    if (at[i] & 0x80) continue;
    if (first) { uint32_t top = value < 80 ? value / 40 : 2; id[count++] = top; value -= top * 40; first = 0; }
    id[count++] = value;
    value = 0;
  }
  return count;
}

static uint8_t *length(uint8_t *at, int octets) {
  if (octets < 128) { *--at = octets; return at; }
  *--at = octets;
  if (octets < 256) { *--at = 0x81; return at; }
  *--at = octets >> 8;
  *--at = 0x82;
  return at;
}

static int head_of(int octets) { return octets < 128 ? 2 : octets < 256 ? 3 : 4; }

struct piece { const uint8_t *oid, *value; int oid_octets, value_octets; };
static struct piece pieces[VARBINDS];
static int piece_count, reply_octets;
static const uint8_t NO_SUCH[] = {0x81, 0}, END[] = {0x82, 0};

static int put(const uint8_t *oid, int oid_octets, const uint8_t *value, int value_octets, int limited) {
  int inner = head_of(oid_octets) + oid_octets + value_octets;
  if (piece_count == VARBINDS || (limited && reply_octets + head_of(inner) + inner > most_octets)) return -1;
  reply_octets += head_of(inner) + inner;
  pieces[piece_count++] = (struct piece){oid, value, oid_octets, value_octets};
  return 0;
}

static int put_row(const struct table *table, int at, const uint8_t *asked, int asked_octets, int limited) {
  if (at >= table->count) return put(asked, asked_octets, END, 2, limited);
  const struct record *row = &table->rows[at];
  return put(row->oid, row->oid_octets, row->value, row->value_octets, limited);
}

static int answer(const struct table *table, enum behaviour does, const uint8_t *in, int in_octets, uint8_t *end, uint8_t **begin) {
  static uint32_t id[ASKED][128];
  static int count[ASKED], octets_of[ASKED];
  static const uint8_t *raw[ASKED];
  struct reader r = {in, in + in_octets};
  int tag, n, pdu, asked = 0;
  long version, a, b;
  if (element(&r, &tag, &n) || tag != 0x30 || whole(&r, &version)) return -1;
  if (element(&r, &tag, &n) || tag != 4) return -1;
  const uint8_t *community = r.at;
  int community_octets = n;
  r.at += n;
  if (element(&r, &pdu, &n)) return -1;
  const uint8_t *request = r.at;
  if (element(&r, &tag, &n) || tag != 2) return -1;
  r.at += n;
  int request_octets = r.at - request;
  if (whole(&r, &a) || whole(&r, &b) || element(&r, &tag, &n) || tag != 0x30) return -1;
  while (r.at < r.end && asked < ASKED) {
    if (element(&r, &tag, &n)) return -1;
    const uint8_t *next = r.at + n;
    if (element(&r, &tag, &n) || tag != 6) return -1;
    raw[asked] = r.at;
    octets_of[asked] = n;
    count[asked] = identifier(r.at, n, id[asked]);
    asked++;
    r.at = next;
  }
  piece_count = 0;
  reply_octets = 60 + community_octets;
  int equal, error = 0;
  if (does == GENERR) {
    error = 5;
    for (int i = 0; i < asked; i++) put(raw[i], octets_of[i], NO_SUCH, 2, 0);
  } else if (pdu == 0xa0) {
    for (int i = 0; i < asked; i++) {
      int at = find(table, id[i], count[i], &equal);
      if (equal) put_row(table, at, raw[i], octets_of[i], 0); else put(raw[i], octets_of[i], NO_SUCH, 2, 0);
    }
  } else if (pdu == 0xa1 || pdu == 0xa5) {
    int at[ASKED];
    long rounds = pdu == 0xa1 ? 1 : b, once = pdu == 0xa1 ? 0 : a;
    for (int i = 0; i < asked; i++) {
      at[i] = find(table, id[i], count[i], &equal);
      if (does != LOOP) at[i] += equal; else if (at[i] > 2 && equal) at[i] -= 2;
    }
    for (int i = 0; i < asked && i < once; i++) put_row(table, at[i], raw[i], octets_of[i], 1);
    for (long round = 0; round < rounds; round++)
      for (int i = once; i < asked; i++)
        if (put_row(table, at[i] + (does == LOOP ? round % 7 : round), raw[i], octets_of[i], pdu == 0xa5)) goto full;
  } else return -1;
full:;
  uint8_t *p = end;
  for (int i = piece_count - 1; i >= 0; i--) {
    uint8_t *after = p;
    p -= pieces[i].value_octets; memcpy(p, pieces[i].value, pieces[i].value_octets);
    p -= pieces[i].oid_octets; memcpy(p, pieces[i].oid, pieces[i].oid_octets);
    p = length(p, pieces[i].oid_octets); *--p = 6;
    p = length(p, after - p); *--p = 0x30;
  }
  p = length(p, end - p); *--p = 0x30;
  *--p = error ? 1 : 0; *--p = 1; *--p = 2;
  *--p = error; *--p = 1; *--p = 2;
  p -= request_octets; memcpy(p, request, request_octets);
  p = length(p, end - p); *--p = 0xa2;
  p -= community_octets; memcpy(p, community, community_octets);
  p = length(p, community_octets); *--p = 4;
  *--p = version; *--p = 1; *--p = 2;
  p = length(p, end - p); *--p = 0x30;
  *begin = p;
  return end - p;
}

static const struct range *range_of(uint32_t address) {
  for (int i = 0; i < range_count; i++)
    if (ranges[i].first <= address && address <= ranges[i].last) return &ranges[i];
  return NULL;
}

static int open_socket(int port) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), yes = 1, room = 64 << 20;
  setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (bind(fd, (void *)&here, sizeof here)) fail(strerror(errno));
  return fd;
}

static void send_from(int fd, const uint8_t *data, int octets, struct sockaddr_in *to, struct in_addr from) {
  char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = {0};
  struct iovec part = {(void *)data, octets};
  struct msghdr message = {to, sizeof *to, &part, 1, control, sizeof control, 0};
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = IPPROTO_IP; c->cmsg_type = IP_PKTINFO; c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
  struct in_pktinfo *info = (void *)CMSG_DATA(c);
  info->ipi_spec_dst = from;
  sendmsg(fd, &message, 0);
}

static void handle(int fd, const uint8_t *in, int octets, struct sockaddr_in *from, struct in_addr to) {
  static uint8_t out[OCTETS];
  const struct range *range = range_of(ntohl(to.s_addr));
  if (!range || range->does == DEAD || (range->does == DROP && rand() % 100 < range->argument)) return;
  uint8_t *data = out;
  int size = 40;
  if (range->does == GARBAGE) memset(out, 0xff, size);
  else size = answer(&tables[range->table], range->does, in, octets, out + OCTETS, &data);
  if (size < 0) return;
  if (range->does == CUT) size /= 2;
  if (range->does != SLOW) { send_from(fd, data, size, from, to); return; }
  struct later *late = &waiting[waiting_tail++ % WAITING];
  *late = (struct later){now() + range->argument / 1e3, *from, to, size, malloc(size)};
  memcpy(late->data, data, size);
}

static void send_late(int fd) {
  while (waiting_head != waiting_tail) {
    struct later *late = &waiting[waiting_head % WAITING];
    if (late->due > now()) return;
    send_from(fd, late->data, late->octets, &late->to, late->from);
    free(late->data);
    waiting_head++;
  }
}

static void serve(int fd) {
  static uint8_t in[BATCH][4096];
  static char control[BATCH][64];
  static struct sockaddr_in from[BATCH];
  static struct mmsghdr messages[BATCH];
  static struct iovec parts[BATCH];
  while (!stopped) {
    struct pollfd ready = {fd, POLLIN, 0};
    poll(&ready, 1, waiting_head == waiting_tail ? 1000 : 5);
    send_late(fd);
    if (!(ready.revents & POLLIN)) continue;
    for (int i = 0; i < BATCH; i++) {
      parts[i] = (struct iovec){in[i], sizeof in[i]};
      messages[i].msg_hdr = (struct msghdr){&from[i], sizeof from[i], &parts[i], 1, control[i], 64, 0};
    }
    int n = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < n; i++) {
      struct cmsghdr *c = CMSG_FIRSTHDR(&messages[i].msg_hdr);
      if (!c || c->cmsg_type != IP_PKTINFO) continue;
      struct in_pktinfo *info = (void *)CMSG_DATA(c);
      handle(fd, in[i], messages[i].msg_len, &from[i], info->ipi_addr);
    }
  }
}

int main(int count, char **words) {
  int i = 3;
  if (count < 4) fail("usage: canned PORT MAX_OCTETS TABLE... -- FIRST LAST TABLE BEHAVIOUR ARGUMENT...");
  most_octets = atoi(words[2]);
  for (; i < count && strcmp(words[i], "--"); i++) load(words[i]);
  for (i++; i + 4 < count && range_count < RANGES; i += 5) {
    struct range *range = &ranges[range_count++];
    range->first = ntohl(inet_addr(words[i]));
    range->last = ntohl(inet_addr(words[i + 1]));
    range->table = atoi(words[i + 2]);
    range->argument = atoi(words[i + 4]);
    range->does = NORMAL;
    for (unsigned word = 0; word < sizeof WORDS / sizeof *WORDS; word++)
      if (!strcmp(words[i + 3], WORDS[word])) range->does = word;
    if (range->table >= table_count) fail("a range names a table that is not there");
  }
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  int fd = open_socket(atoi(words[1]));
  printf("ready\n");
  fflush(stdout);
  serve(fd);
  return 0;
}
