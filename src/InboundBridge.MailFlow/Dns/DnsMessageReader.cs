using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// Reads an answer (RFC 1035 §4). For any octets it terminates, takes at most a few times their memory, and returns false instead of
/// throwing. A compression pointer must point before the name that it continues, so that chains of pointers end, a name has at most 255
/// octets, and a section has a bounded number of records.
/// </summary>
internal ref struct DnsMessageReader
{
    private const int HeaderSize = 12;
    private const int RecordHead = 10;
    private const ushort Internet = 1;

    /// <summary>Of a section. A message of 64 KB has room for 5,000 records, each with a pointer to a long name.</summary>
    private const int MostRecords = 1024;

    private readonly ReadOnlySpan<byte> _octets;
    private int _at;
    private int _extendedCode;

    /// <summary>Names of records are mostly the same, and then share one text.</summary>
    private string _lastName = ".";

    private DnsMessageReader(ReadOnlySpan<byte> octets)
    {
        _octets = octets;
        _at = HeaderSize;
    }

    public static bool TryRead(ReadOnlySpan<byte> octets, out DnsMessage? message)
    {
        message = null;
        if (octets.Length < HeaderSize)
            return false;
        var reader = new DnsMessageReader(octets);
        var flags = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(octets[4..]) != 1 || !reader.SkipQuestion())
            return false;
        var truncated = (flags & 0x0200) != 0;
        var answers = new List<DnsRecord>();
        var authority = new List<DnsRecord>();
        // A truncated answer is asked for again over TCP. Its sections may end anywhere, so they are not read.
        if (!truncated)
        {
            if (!reader.ReadSection(BinaryPrimitives.ReadUInt16BigEndian(octets[6..]), answers, only: null)
                || !reader.ReadSection(BinaryPrimitives.ReadUInt16BigEndian(octets[8..]), authority, DnsRecordType.Soa)
                || !reader.ReadSection(BinaryPrimitives.ReadUInt16BigEndian(octets[10..]), authority, DnsRecordType.Opt))
                return false;
        }
        message = new DnsMessage(
            Id: BinaryPrimitives.ReadUInt16BigEndian(octets),
            IsResponse: (flags & 0x8000) != 0,
            truncated,
            AuthenticData: (flags & 0x0020) != 0,
            ResponseCode: (flags & 15) | reader._extendedCode,
            answers,
            authority);
        return true;
    }

    private bool SkipQuestion()
    {
        if (!SkipName() || _octets.Length - _at < 4)
            return false;
        _at += 4;
        return true;
    }

    /// <param name="only">The type that is needed of this section; null for all that we know.</param>
    private bool ReadSection(int count, List<DnsRecord> records, DnsRecordType? only)
    {
        if (count > MostRecords)
            return false;
        for (var index = 0; index < count; index++)
        {
            var owner = _at;
            if (!SkipName() || _octets.Length - _at < RecordHead)
                return false;
            var head = _octets[_at..];
            var type = (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(head);
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[8..]);
            if (head.Length - RecordHead < length)
                return false;
            _at += RecordHead;
            // RFC 6891 §6.1.3: the upper bits of the response code are in the place of the TTL.
            if (type == DnsRecordType.Opt)
                _extendedCode = head[4] << 4;
            else if (BinaryPrimitives.ReadUInt16BigEndian(head[2..]) == Internet && (only ?? type) == type
                && !ReadRecord(owner, type, TimeToLive(head[4..]), length, records))
                return false;
            _at += length;
        }
        return true;
    }

    private bool ReadRecord(int owner, DnsRecordType type, int ttl, int length, List<DnsRecord> records)
    {
        if (!TryName(ref owner, out var name))
            return false;
        var data = _octets.Slice(_at, length);
        DnsRecord? record;
        switch (type)
        {
            case DnsRecordType.A or DnsRecordType.Aaaa:
                record = length == (type == DnsRecordType.A ? 4 : 16) ? new DnsRecord.Address(name, type, ttl, new IPAddress(data)) : null;
                break;
            case DnsRecordType.Cname or DnsRecordType.Ptr or DnsRecordType.Ns:
                record = NameIn(_at, length) is { } host ? new DnsRecord.Target(name, type, ttl, host) : null;
                break;
            case DnsRecordType.Mx:
                record = length > 2 && NameIn(_at + 2, length - 2) is { } exchange
                    ? new DnsRecord.Mx(name, ttl, BinaryPrimitives.ReadUInt16BigEndian(data), exchange)
                    : null;
                break;
            case DnsRecordType.Txt:
                record = Text(data) is { } text ? new DnsRecord.Txt(name, ttl, text) : null;
                break;
            case DnsRecordType.Tlsa:
                record = length > 3 ? new DnsRecord.Tlsa(name, ttl, data[0], data[1], data[2], data[3..].ToArray()) : null;
                break;
            case DnsRecordType.Caa:
                record = length > 2 && data[1] > 0 && data[1] <= length - 2
                    ? new DnsRecord.Caa(
                        name, ttl, (data[0] & 0x80) != 0, Encoding.Latin1.GetString(data.Slice(2, data[1])).ToLowerInvariant(),
                        Encoding.Latin1.GetString(data[(2 + data[1])..]))
                    : null;
                break;
            case DnsRecordType.Soa:
                record = length >= 22 ? new DnsRecord.Soa(name, ttl, TimeToLive(data[^4..])) : null;
                break;
            default:
                return true;
        }
        if (record is not null)
            records.Add(record);
        return record is not null;
    }

    /// <summary>A name that must fill the data exactly.</summary>
    private string? NameIn(int at, int length)
    {
        var end = at;
        return TryName(ref end, out var name) && end == at + length ? name : null;
    }

    private static string? Text(ReadOnlySpan<byte> data)
    {
        var length = 0;
        for (var rest = data; rest.Length > 0; rest = rest[(rest[0] + 1)..])
        {
            if (rest[0] >= rest.Length)
                return null;
            length += rest[0];
        }
        return string.Create(length, data, static (text, data) =>
        {
            while (data.Length > 0)
            {
                Encoding.Latin1.GetChars(data.Slice(1, data[0]), text);
                text = text[data[0]..];
                data = data[(data[0] + 1)..];
            }
        });
    }

    /// <summary>Moves behind a name without following its pointer.</summary>
    private bool SkipName()
    {
        while (_at < _octets.Length)
        {
            var length = _octets[_at];
            if (length is 0 or >= 0xC0)
            {
                _at += length == 0 ? 1 : 2;
                return _at <= _octets.Length;
            }
            _at += length + 1;
        }
        return false;
    }

    private bool TryName(ref int at, out string name)
    {
        name = ".";
        Span<char> text = stackalloc char[DnsName.LongestText];
        var (position, barrier, wireLength, length) = (at, at, 1, 0);
        var jumped = false;
        while (true)
        {
            if (position >= _octets.Length)
                return false;
            var label = _octets[position];
            if (label == 0)
            {
                if (!jumped)
                    at = position + 1;
                if (length > 0)
                    name = text[..length].SequenceEqual(_lastName) ? _lastName : _lastName = new string(text[..length]);
                return true;
            }
            if (label >= 0xC0)
            {
                if (position + 1 >= _octets.Length)
                    return false;
                if (!jumped)
                    at = position + 2;
                jumped = true;
                position = ((label & 0x3F) << 8) | _octets[position + 1];
                if (position >= barrier)
                    return false;
                barrier = position;
                continue;
            }
            // 0x40 and 0x80 are label types that were never used (RFC 6891 §5).
            if (label >= 0x40 || position + 1 + label > _octets.Length || (wireLength += label + 1) > DnsName.LongestOnWire)
                return false;
            if (length > 0)
                text[length++] = '.';
            length += DnsName.WriteLabel(_octets.Slice(position + 1, label), text[length..]);
            position += label + 1;
        }
    }

    /// <summary>RFC 2181 §8: with the highest bit set it is zero.</summary>
    private static int TimeToLive(ReadOnlySpan<byte> octets) => Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(octets));
}
