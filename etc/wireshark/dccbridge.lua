-- SPDX-License-Identifier: ISC
-- dccbridge.lua - Wireshark's dissector for the line format of dccbridge
--
-- dccbridge-wire(7) says what each field means. It dissects UDP on the port
-- of the preference, datagrams on other ports that can hardly be anything
-- else, and link type USER0, which "dccbridge dump -i line" writes.

local dcc = Proto("dccbridge", "dccbridge line format")

local types = {
	[0] = "Ethernet frame", [1] = "IP packet", [2] = "HDLC frame",
	[3] = "OAM", [4] = "Key exchange",
}
local classes = {
	[0] = "control", [1] = "interactive", [2] = "normal", [3] = "bulk",
}
local kinds = {
	[1] = "Liveness", [2] = "Information", [3] = "Echo request",
	[4] = "Echo reply", [5] = "Counters",
}
local bfd_states = {
	[0] = "AdminDown", [1] = "Down", [2] = "Init", [3] = "Up",
}

-- The flags that make sense with each type, of the second octet
local sensible = { [0] = 0xf2, [1] = 0xf0, [2] = 0xe0, [3] = 0, [4] = 0 }

local f = {
	version = ProtoField.uint8("dccbridge.version", "Version", base.DEC,
		nil, 0xc0),
	type = ProtoField.uint8("dccbridge.type", "Type", base.DEC, types,
		0x3f),
	flags = ProtoField.uint8("dccbridge.flags", "Flags", base.HEX),
	fragment = ProtoField.bool("dccbridge.flags.fragment", "Fragment", 8,
		nil, 0x80),
	last = ProtoField.bool("dccbridge.flags.last", "Last fragment", 8,
		nil, 0x40),
	compressed = ProtoField.bool("dccbridge.flags.compressed",
		"Compressed", 8, nil, 0x20),
	partial = ProtoField.bool("dccbridge.flags.partial",
		"Partial checksum", 8, nil, 0x10),
	class = ProtoField.uint8("dccbridge.class", "Class", base.DEC,
		classes, 0x0c),
	zeros = ProtoField.bool("dccbridge.flags.zeros", "Zeros cut off", 8,
		nil, 0x02),
	reserved = ProtoField.bool("dccbridge.flags.reserved", "Reserved", 8,
		nil, 0x01),
	channel = ProtoField.uint16("dccbridge.channel", "Channel id"),
	sequence = ProtoField.uint16("dccbridge.sequence", "Frame sequence"),
	index = ProtoField.uint8("dccbridge.index", "Fragment index"),
	data = ProtoField.bytes("dccbridge.data", "Data"),
	frames = ProtoField.string("dccbridge.reassembled", "Fragments"),
	whole = ProtoField.framenum("dccbridge.reassembled_in",
		"Reassembled in"),
	kind = ProtoField.uint8("dccbridge.oam.kind", "Kind", base.DEC, kinds),
	echo_flags = ProtoField.uint8("dccbridge.oam.echo.flags", "Flags",
		base.HEX),
	echo_id = ProtoField.uint16("dccbridge.oam.echo.id", "Identifier"),
	echo_seq = ProtoField.uint32("dccbridge.oam.echo.sequence",
		"Sequence"),
	echo_time = ProtoField.uint64("dccbridge.oam.echo.timestamp",
		"Timestamp", base.HEX),
	bfd_version = ProtoField.uint8("dccbridge.oam.liveness.version",
		"Version", base.DEC, nil, 0xe0),
	bfd_diag = ProtoField.uint8("dccbridge.oam.liveness.diagnostic",
		"Diagnostic", base.DEC, nil, 0x1f),
	bfd_state = ProtoField.uint8("dccbridge.oam.liveness.state", "State",
		base.DEC, bfd_states, 0xc0),
	bfd_flags = ProtoField.uint8("dccbridge.oam.liveness.flags", "Flags",
		base.HEX, nil, 0x3f),
	bfd_mult = ProtoField.uint8("dccbridge.oam.liveness.multiplier",
		"Detection multiplier"),
	bfd_length = ProtoField.uint8("dccbridge.oam.liveness.length",
		"Length"),
	bfd_mine = ProtoField.uint32("dccbridge.oam.liveness.my",
		"My discriminator", base.HEX),
	bfd_yours = ProtoField.uint32("dccbridge.oam.liveness.your",
		"Your discriminator", base.HEX),
	bfd_tx = ProtoField.uint32("dccbridge.oam.liveness.tx",
		"Desired transmit interval (us)"),
	bfd_rx = ProtoField.uint32("dccbridge.oam.liveness.rx",
		"Required receive interval (us)"),
	bfd_echo = ProtoField.uint32("dccbridge.oam.liveness.echo_rx",
		"Required echo interval (us)"),
	tlv_type = ProtoField.uint8("dccbridge.oam.information.type", "Type"),
	tlv_length = ProtoField.uint8("dccbridge.oam.information.length",
		"Length"),
	tlv_value = ProtoField.bytes("dccbridge.oam.information.value",
		"Value"),
	count_flags = ProtoField.uint8("dccbridge.oam.counters.flags",
		"Flags", base.HEX),
	count_run = ProtoField.uint16("dccbridge.oam.counters.run",
		"Run", base.HEX),
	count_session = ProtoField.uint32("dccbridge.oam.counters.session",
		"Session", base.HEX),
	count_sent = ProtoField.uint32("dccbridge.oam.counters.sent",
		"Packets sent"),
	count_beats = ProtoField.uint32("dccbridge.oam.counters.beats",
		"Liveness messages sent"),
	count_time = ProtoField.uint64("dccbridge.oam.counters.timestamp",
		"Timestamp (ns)"),
	count_yours = ProtoField.uint64("dccbridge.oam.counters.your",
		"Your timestamp (ns)"),
	count_received = ProtoField.uint32("dccbridge.oam.counters.received",
		"Packets received then"),
	count_beats_received = ProtoField.uint32(
		"dccbridge.oam.counters.beats_received",
		"Liveness messages received then"),
	count_hold = ProtoField.uint32("dccbridge.oam.counters.hold",
		"Since then (us)"),
}
dcc.fields = f

local e = {
	short = ProtoExpert.new("dccbridge.short", "Too short for its header",
		expert.group.MALFORMED, expert.severity.ERROR),
	version = ProtoExpert.new("dccbridge.unknown_version",
		"Unknown version", expert.group.MALFORMED,
		expert.severity.ERROR),
	type = ProtoExpert.new("dccbridge.unknown_type", "Unknown type",
		expert.group.MALFORMED, expert.severity.ERROR),
	reserved = ProtoExpert.new("dccbridge.reserved_bit",
		"A reserved bit is set", expert.group.MALFORMED,
		expert.severity.ERROR),
	flags = ProtoExpert.new("dccbridge.contradiction",
		"Flags contradict each other or the type",
		expert.group.MALFORMED, expert.severity.ERROR),
	index = ProtoExpert.new("dccbridge.bad_index",
		"Fragment index out of range", expert.group.MALFORMED,
		expert.severity.ERROR),
	channel = ProtoExpert.new("dccbridge.bad_channel",
		"A frame on channel 0", expert.group.MALFORMED,
		expert.severity.ERROR),
	kind = ProtoExpert.new("dccbridge.unknown_oam", "Unknown OAM message",
		expert.group.UNDECODED, expert.severity.WARN),
	mismatch = ProtoExpert.new("dccbridge.fragment_mismatch",
		"Fragments do not fit together", expert.group.REASSEMBLE,
		expert.severity.WARN),
}
dcc.experts = { e.short, e.version, e.type, e.reserved, e.flags, e.index,
	e.channel, e.kind, e.mismatch }

dcc.prefs.port = Pref.uint("UDP port", 6000,
	"Datagrams of this port are dissected; 0: none by their port")
dcc.prefs.heuristic = Pref.bool("Other UDP ports, too", true,
	"Dissect what looks like ours on any port")

local ethernet = Dissector.get("eth_withoutfcs")
local ip4 = Dissector.get("ip")
local ip6 = Dissector.get("ipv6")

-- What is wrong with a header: an expert, or nil
local function fault(buf)
	local first, flags = buf(0, 1):uint(), buf(1, 1):uint()
	local kind = first % 64

	if first < 128 or first > 191 then
		return e.version
	elseif not types[kind] then
		return e.type
	elseif flags % 2 == 1 then
		return e.reserved
	end
	local set = flags - math.floor(flags / 4) % 4 * 4
	for bit = 4, 7 do
		local value = 2 ^ bit
		if math.floor(set / value) % 2 == 1 and
		   math.floor(sensible[kind] / value) % 2 == 0 then
			return e.flags
		end
	end
	if math.floor(set / 2) % 2 == 1 and kind ~= 0 then
		return e.flags
	elseif flags >= 64 and flags < 128 then
		return e.flags	-- the last one of no fragments
	elseif flags >= 128 and buf:len() < 7 then
		return e.short
	elseif flags >= 128 and (buf(6, 1):uint() > 127 or
	    (flags >= 192 and buf(6, 1):uint() == 0)) then
		return e.index
	elseif kind < 3 and buf(2, 2):uint() == 0 then
		return e.channel
	end
	return nil
end

-- Fragments: from the first pass over the packets, so that it does not
-- matter in which order they are looked at later.
local waiting, done
local direction = Field.new("frame.packet_flags_direction")
local interface = Field.new("frame.interface_id")

function dcc.init()
	waiting = {}		-- key: { pieces, last, frames }
	done = {}		-- number of a packet: its frame, put together
end

local function value_of(field)
	local info = field()

	return info and tostring(info.value) or ""
end

local function key_of(pinfo, buf)
	return table.concat({ tostring(pinfo.src), pinfo.src_port,
		tostring(pinfo.dst), pinfo.dst_port,
		value_of(direction), value_of(interface), buf(1, 1):uint() % 16,
		buf(2, 2):uint(), buf(4, 2):uint(), buf(0, 1):uint() }, "/")
end

local function join(frame)
	local pieces, numbers = {}, {}

	for i = 0, frame.last do
		if not frame.pieces[i] then
			return nil
		end
		pieces[#pieces + 1] = frame.pieces[i]
		numbers[#numbers + 1] = "#" .. frame.frames[i]
	end
	return table.concat(pieces), table.concat(numbers, " ")
end

local function collect(buf, pinfo)
	local key, index = key_of(pinfo, buf), buf(6, 1):uint()
	local frame = waiting[key]

	if not frame or frame.pieces[index] then
		frame = { pieces = {}, frames = {} }
		waiting[key] = frame
	end
	frame.pieces[index] = buf:len() > 7 and buf(7):raw() or ""
	frame.frames[index] = pinfo.number
	if buf(1, 1):uint() >= 192 then
		frame.last = index
	end
	local octets, numbers
	if frame.last then
		octets, numbers = join(frame)
	end
	if not octets then
		done[pinfo.number] = { frame = frame }
		return
	end
	waiting[key] = nil
	frame.whole = pinfo.number
	local other = #frame.pieces[0]
	for i = 0, frame.last - 1 do
		if #frame.pieces[i] ~= other then
			frame.mismatch = true
		end
	end
	done[pinfo.number] = { frame = frame, octets = octets,
		numbers = numbers }
end

local function inner(kind, buf, pinfo, tree)
	if kind == 0 then
		ethernet:call(buf, pinfo, tree)
	elseif kind == 1 and buf:len() > 0 and
	    buf(0, 1):bitfield(0, 4) == 6 then
		ip6:call(buf, pinfo, tree)
	elseif kind == 1 and buf:len() > 0 then
		ip4:call(buf, pinfo, tree)
	elseif buf:len() > 0 then
		tree:add(f.data, buf())
	end
end

local function fragment(buf, pinfo, sub, tree)
	local kind = buf(0, 1):uint() % 64

	if not pinfo.visited then
		collect(buf, pinfo)
	end
	local mine = done[pinfo.number]
	if buf:len() > 7 then
		sub:add(f.data, buf(7))
	end
	if mine and mine.frame.mismatch then
		sub:add_proto_expert_info(e.mismatch)
	end
	if mine and mine.octets and not mine.frame.mismatch then
		local whole = ByteArray.new(mine.octets, true)

		sub:add(f.frames, mine.numbers):set_generated()
		pinfo.cols.info:append(" (reassembled)")
		inner(kind, whole:tvb("Reassembled frame"), pinfo, tree)
	elseif mine and mine.frame.whole then
		sub:add(f.whole, mine.frame.whole):set_generated()
	end
end

local function echo(buf, tree)
	if buf:len() < 16 then
		tree:add_proto_expert_info(e.short)
		return
	end
	local item = tree:add(f.echo_flags, buf(1, 1))
	if buf(1, 1):uint() > 1 then
		item:add_proto_expert_info(e.reserved)
	end
	tree:add(f.echo_id, buf(2, 2))
	tree:add(f.echo_seq, buf(4, 4))
	tree:add(f.echo_time, buf(8, 8))
end

local function liveness(buf, tree)
	if buf:len() < 25 then
		tree:add_proto_expert_info(e.short)
		return
	end
	tree:add(f.bfd_version, buf(1, 1))
	tree:add(f.bfd_diag, buf(1, 1))
	tree:add(f.bfd_state, buf(2, 1))
	tree:add(f.bfd_flags, buf(2, 1))
	tree:add(f.bfd_mult, buf(3, 1))
	tree:add(f.bfd_length, buf(4, 1))
	tree:add(f.bfd_mine, buf(5, 4))
	tree:add(f.bfd_yours, buf(9, 4))
	tree:add(f.bfd_tx, buf(13, 4))
	tree:add(f.bfd_rx, buf(17, 4))
	tree:add(f.bfd_echo, buf(21, 4))
end

local function information(buf, tree)
	local at = 1

	while at + 2 <= buf:len() do
		local len = buf(at + 1, 1):uint()

		tree:add(f.tlv_type, buf(at, 1))
		tree:add(f.tlv_length, buf(at + 1, 1))
		if at + 2 + len > buf:len() then
			tree:add_proto_expert_info(e.short)
			return
		end
		if len > 0 then
			tree:add(f.tlv_value, buf(at + 2, len))
		end
		at = at + 2 + len
	end
end

local function counters(buf, tree)
	if buf:len() < 44 then
		tree:add_proto_expert_info(e.short)
		return
	end
	local item = tree:add(f.count_flags, buf(1, 1))
	if buf(1, 1):uint() > 1 then
		item:add_proto_expert_info(e.reserved)
	end
	tree:add(f.count_run, buf(2, 2))
	tree:add(f.count_session, buf(4, 4))
	tree:add(f.count_sent, buf(8, 4))
	tree:add(f.count_beats, buf(12, 4))
	tree:add(f.count_time, buf(16, 8))
	if buf(1, 1):uint() % 2 == 1 then
		tree:add(f.count_yours, buf(24, 8))
		tree:add(f.count_received, buf(32, 4))
		tree:add(f.count_beats_received, buf(36, 4))
		tree:add(f.count_hold, buf(40, 4))
	end
end

local function oam(buf, pinfo, tree)
	if buf:len() < 1 then
		tree:add_proto_expert_info(e.short)
		return
	end
	local kind = buf(0, 1):uint()
	local item = tree:add(f.kind, buf(0, 1))

	pinfo.cols.info:append(" " .. (kinds[kind] or "unknown"))
	if kind == 1 then
		liveness(buf, tree)
	elseif kind == 2 then
		information(buf, tree)
	elseif kind == 3 or kind == 4 then
		echo(buf, tree)
	elseif kind == 5 then
		counters(buf, tree)
	elseif kinds[kind] then
		if buf:len() > 1 then
			tree:add(f.data, buf(1))
		end
	else
		item:add_proto_expert_info(e.kind)
	end
end

local function header(buf, tree)
	local flags = tree:add(f.flags, buf(1, 1))

	for _, name in ipairs({ "fragment", "last", "compressed", "partial",
	    "class", "zeros", "reserved" }) do
		flags:add(f[name], buf(1, 1))
	end
	tree:add(f.channel, buf(2, 2))
	tree:add(f.sequence, buf(4, 2))
	if buf(1, 1):uint() >= 128 and buf:len() >= 7 then
		tree:add(f.index, buf(6, 1))
	end
end

local function describe(buf, pinfo)
	local flags, kind = buf(1, 1):uint(), buf(0, 1):uint() % 64
	local text = string.format("%s, channel %u, %s, seq %u",
		types[kind] or "type " .. kind, buf(2, 2):uint(),
		classes[math.floor(flags / 4) % 4], buf(4, 2):uint())

	if flags >= 128 and buf:len() >= 7 then
		text = text .. ", fragment " .. buf(6, 1):uint() ..
			(flags >= 192 and " (last)" or "")
	end
	pinfo.cols.info:set(text)
end

function dcc.dissector(tvb, pinfo, tree)
	local buf = tvb
	local sub = tree:add(dcc, buf())

	pinfo.cols.protocol:set("DCCBRIDGE")
	if buf:len() < 6 then
		sub:add_proto_expert_info(e.short)
		return buf:len()
	end
	sub:add(f.version, buf(0, 1))
	sub:add(f.type, buf(0, 1))
	header(buf, sub)
	describe(buf, pinfo)
	local wrong = fault(buf)
	if wrong then
		sub:add_proto_expert_info(wrong)
		pinfo.cols.info:append(" [malformed]")
		return buf:len()
	end
	local flags, kind = buf(1, 1):uint(), buf(0, 1):uint() % 64
	local head = flags >= 128 and 7 or 6
	sub:set_len(head)
	if flags >= 128 then
		fragment(buf, pinfo, sub, tree)
	elseif buf:len() == head then
		return head
	elseif kind == 3 then
		sub:set_len(buf:len())
		oam(buf(head):tvb(), pinfo, sub)
	elseif math.floor(flags / 32) % 2 == 1 or kind > 1 then
		sub:add(f.data, buf(head))
	else
		inner(kind, buf(head):tvb(), pinfo, tree)
	end
	return buf:len()
end

-- On any port only what passes all of our checks; a text of any protocol
-- begins with an octet below 128.
local function looks_like_ours(tvb, pinfo, tree)
	if not dcc.prefs.heuristic or tvb:len() < 6 or fault(tvb) then
		return false
	end
	local kind = tvb(0, 1):uint() % 64
	if kind ~= 0 and kind ~= 3 then
		return false
	elseif kind == 3 and (tvb:len() < 7 or
	    not kinds[tvb(6, 1):uint()]) then
		return false
	elseif kind == 0 and tvb:len() < 20 then
		return false
	end
	dcc.dissector(tvb, pinfo, tree)
	return true
end

local udp = DissectorTable.get("udp.port")
local port = 0

local function take_port()
	if port == dcc.prefs.port then
		return
	end
	if port > 0 then
		udp:remove(port, dcc)
	end
	port = dcc.prefs.port
	if port > 0 then
		udp:add(port, dcc)
	end
end

function dcc.prefs_changed()
	take_port()
end

take_port()
dcc:register_heuristic("udp", looks_like_ours)
DissectorTable.get("wtap_encap"):add(wtap.USER0, dcc)
DissectorTable.get("ethertype"):add_for_decode_as(dcc)
