// SPDX-License-Identifier: ISC
// The verb "status": all channels, or one, as one JSON object.
//
// The answer is made a few channels a turn, so that one about thousands
// neither stops the frames nor fills the memory. A reload between two turns
// may therefore move a channel so that it is told of twice or not at all;
// "generation" tells a client that it should ask again.

#include <string.h>

#include "base/util.h"
#include "codec/ether.h"
#include "control/listing.h"

enum {
	A_TURN = 4,		/* channels; one takes about 30 microseconds */
	HEADERS_4 = 28,		/* octets of IP and UDP */
	HEADERS_6 = 48,
};

/**
 * struct status_job - One answer
 * @index:	Next channel
 */
struct status_job {
	struct listing list;
	size_t index;
};

static json_t *counter(const struct stats *s, enum stat_id what)
{
	return json_integer((json_int_t)s->count[what]);
}

static json_t *drops(const struct stats *s)
{
	return json_integer((json_int_t)stats_drops(s));
}

/* The far end as the file names it. */
static json_t *remote(const struct config_udp *udp)
{
	if (udp->remote.sa.sa_family != AF_UNSPEC)
		return output_address(&udp->remote);
	return json_sprintf("%s:%u", udp->remote_host,
			    (unsigned)udp->remote_port);
}

/* How long nothing was heard from the far end, if anything ever was; a line
 * that has just been opened counts as heard, but that is no news. */
static json_t *silence(const struct path *p)
{
	const struct line *l = p->line;

	if (!p->stats.count[STAT_LINE_RX_FRAMES] &&
	    !l->stats.count[STAT_LINE_RX_FRAMES])
		return json_null();
	return json_integer(mono_to_ms(mono_sub(clock_mono(), l->heard)));
}

/* What only lines with addresses have. */
static void add_udp(json_t *path, const struct line *l, size_t payload)
{
	const struct addr none = { 0 };

	json_object_set_new(path, "local", output_address(l->port ?
			    &l->port->key.local : &none));
	json_object_set_new(path, "address", output_address(&l->far_end.addr));
	json_object_set_new(path, "mtu", json_integer((json_int_t)(payload +
			    (l->far_end.addr.sa.sa_family == AF_INET6 ?
			     HEADERS_6 : HEADERS_4))));
	json_object_set_new(path, "mtu_state", json_string(
			    mtu_state_name(mtu_state(&l->probe.mtu))));
}

static void add_dcc(json_t *path, const struct config_dcc *dcc,
		    size_t payload)
{
	json_object_set_new(path, "local", output_string(dcc->device ?
			    dcc->device : dcc->interface));
	json_object_set_new(path, "address", json_null());
	json_object_set_new(path, "mtu", json_integer((json_int_t)payload));
	json_object_set_new(path, "mtu_state", json_string(""));
}

/* A frame that fills the LAN's MTU, without any tag; 0: not known yet */
static size_t full_frame(const struct path *p)
{
	const struct channel *ch = p->channel;

	if (!ch->mtu)
		return 0;
	return ch->mtu + (ch->cfg->attachment == ATTACH_TAP ?
			  ETHER_FRAME_MIN : 0);
}

static void add_line(json_t *path, const struct path *p)
{
	const struct line *l = p->line;
	size_t payload = line_payload(l);

	if (p->cfg->kind == TRANSPORT_UDP)
		add_udp(path, l, payload);
	else
		add_dcc(path, &p->cfg->dcc, payload);
	json_object_set_new(path, "payload",
			    json_integer((json_int_t)payload));
	json_object_set_new(path, "header", json_integer(WIRE_HEADER_LEN));
	json_object_set_new(path, "full_frame",
			    json_integer((json_int_t)full_frame(p)));
	json_object_set_new(path, "fragments", json_integer((json_int_t)
			    path_fragments(p, full_frame(p))));
	json_object_set_new(path, "session", control_session(l));
	json_object_set_new(path, "far_end", control_far_end(p));
	json_object_set_new(path, "silent_ms", silence(p));
	if (l->port)
		json_object_set_new(path, "offload", control_offload_path(p));
}

static json_t *micro(const struct meter_report *r, struct mono span)
{
	return r->measured ? json_integer(span.ns / 1000) : json_null();
}

static json_t *loss(const struct meter_loss *all,
		    const struct meter_loss *recent)
{
	return json_pack("{s:I, s:I, s:I}",
		"packets", (json_int_t)all->sent,
		"lost", (json_int_t)all->lost,
		"recent_ppm", (json_int_t)meter_ppm(recent));
}

/* What both ends together have measured. */
static json_t *measured(const struct path *p)
{
	struct meter_report r;

	meter_report(&p->meter, &r);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}",
		"rtt_us", micro(&r, r.rtt),
		"rtt_average_us", micro(&r, r.average),
		"rtt_least_us", micro(&r, r.least),
		"rtt_most_us", micro(&r, r.most),
		"received", loss(&r.near, &r.recent_near),
		"sent", loss(&r.far, &r.recent_far));
}

static json_t *path_object(const struct path *p)
{
	bool udp = p->cfg->kind == TRANSPORT_UDP;
	json_t *object;

	object = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, "
			   "s:{s:o, s:o, s:o, s:o, s:o}}",
		"name", p->cfg->name,
		"kind", udp ? "udp" : "dcc",
		"state", path_state_name(p->state),
		"reason", output_string(path_reason(p)),
		"since", output_time(p->since),
		"remote", udp ? remote(&p->cfg->udp) : json_null(),
		"interface", output_string(udp ? p->cfg->udp.interface :
					   p->cfg->dcc.interface),
		"counters",
		"line_rx_frames", counter(&p->stats, STAT_LINE_RX_FRAMES),
		"line_rx_octets", counter(&p->stats, STAT_LINE_RX_OCTETS),
		"line_tx_frames", counter(&p->stats, STAT_LINE_TX_FRAMES),
		"line_tx_octets", counter(&p->stats, STAT_LINE_TX_OCTETS),
		"drops", drops(&p->stats));
	if (object && p->line)
		add_line(object, p);
	if (object)
		json_object_set_new(object, "measured", measured(p));
	return object;
}

static json_t *path_in(const struct channel *ch, const struct path *p)
{
	json_t *object = path_object(p);
	bool used = ch->senders >> p->number & 1;

	json_object_set_new(object, "in_use", json_boolean(used));
	json_object_set_new(object, "degraded", json_boolean(p->degraded));
	return object;
}

static json_t *path_list(const struct channel *ch)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ch->npaths; i++)
		json_array_append_new(list, path_in(ch, ch->paths[i]));
	return list;
}

static json_t *alarm_list(const struct channel *ch)
{
	json_t *list = json_array();

	control_alarm_list(list, &ch->alarms);
	for (size_t i = 0; i < ch->npaths; i++)
		control_alarm_list(list, &ch->paths[i]->alarms);
	return list;
}

static json_t *counters(const struct channel *ch)
{
	uint64_t lost = stats_drops(&ch->stats);

	for (size_t i = 0; i < ch->npaths; i++)
		lost += stats_drops(&ch->paths[i]->stats);
	return json_pack("{s:o, s:o, s:o, s:o, s:I}",
		"lan_rx_frames", counter(&ch->stats, STAT_LAN_RX_FRAMES),
		"lan_rx_octets", counter(&ch->stats, STAT_LAN_RX_OCTETS),
		"lan_tx_frames", counter(&ch->stats, STAT_LAN_TX_FRAMES),
		"lan_tx_octets", counter(&ch->stats, STAT_LAN_TX_OCTETS),
		"drops", (json_int_t)lost);
}

/* 0: not known */
static json_t *octets(uint32_t n)
{
	return n ? json_integer((json_int_t)n) : json_null();
}

static json_t *channel_object(const struct channel *ch)
{
	const struct config_channel *cfg = ch->cfg;
	const struct channel_room room = channel_room(ch);

	return json_pack("{s:s, s:i, s:s, s:o, s:o, s:o, s:s, s:s, s:o, s:i,"
			 " s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
			 " s:o}",
		"name", cfg->name,
		"id", (int)cfg->id,
		"state", channel_state_name(ch->state),
		"reason", output_string(channel_reason(ch)),
		"since", output_time(ch->since),
		"description", output_string(cfg->description),
		"attachment", cfg->attachment == ATTACH_TAP ? "tap" : "tun",
		"device", cfg->device.name,
		"bridge", output_string(cfg->device.bridge.name),
		"mtu", (int)ch->mtu,
		"largest_frame", octets(room.ours),
		"far_largest_frame", octets(room.far),
		"carrier", ch->carrier < 0 ? json_null() :
					     json_boolean(ch->carrier),
		"offload", control_offload_channel(ch),
		"port_down", json_boolean(ch->port_down),
		"far_lan_down", json_boolean(ch->far_down),
		"peer", output_string(cfg->peer),
		"active", output_string(ch->active ? ch->active->cfg->name :
						     NULL),
		"alarms", alarm_list(ch),
		"counters", counters(ch),
		"paths", path_list(ch));
}

static void begin(struct status_job *j, struct output *out)
{
	const struct engine *e = j->list.state->engine;
	int64_t ms = mono_to_ms(mono_sub(clock_mono(), j->list.state->began));
	json_t *alarms = json_array();

	control_alarm_list(alarms, &e->alarms);
	output_list_begin(out, json_pack("{s:o, s:I, s:o, s:I, s:o}",
		"time", output_time(clock_utc_ns()),
		"uptime_ms", (json_int_t)ms,
		"node", output_string(e->config->node),
		"generation", (json_int_t)e->shared.asker.generation,
		"alarms", alarms), "channels");
	j->list.begun = true;
}

static void write_channel(struct status_job *j, const struct channel *ch,
			  struct output *out)
{
	json_t *object;

	if (*j->list.channel && strcmp(j->list.channel, ch->cfg->name))
		return;
	object = channel_object(ch);
	json_object_set_new(object, "protection", control_protection(ch));
	listing_add(&j->list, object, out);
}

static enum job_state next(struct job *job, struct output *out)
{
	struct status_job *j = container_of(job, struct status_job, list.job);
	const struct engine *e = j->list.state->engine;
	size_t last = j->list.written + A_TURN;

	if (!j->list.begun)
		begin(j, out);
	while (j->index < e->nchannels && j->list.written < last)
		write_channel(j, e->channels[j->index++], out);
	if (j->index < e->nchannels)
		return JOB_MORE;
	output_list_end(out);
	return JOB_DONE;
}

/**
 * control_status() - Answer "status"
 * @s:		State
 * @r:		Request; its channel exists
 * @out:	Output
 *
 * Return: the job
 */
struct job *control_status(struct control_state *s, const struct request *r,
			   struct output *out)
{
	struct status_job *j = listing_new(sizeof(*j), s, r, next, out);

	return j ? &j->list.job : NULL;
}
