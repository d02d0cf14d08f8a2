using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// Reads an answer (RFC 1035 §4). For any octets it terminates, takes no more memory than they do, and returns false instead of throwing. A
/// compression pointer must point before the name that it continues, so that chains of pointers end, and a name has at most 255 octets.
/// </summary>
internal ref struct DnsMessageReader
{
    private const int HeaderSize = 12;
    private const int RecordHead = 10;
    private const ushort Internet = 1;

    private readonly ReadOnlySpan<byte> _octets;
    private int _at;
    private int _extendedCode;

    private DnsMessageReader(ReadOnlySpan<byte> octets)
    {
        _octets = octets;
        _at = HeaderSize;
    }

    public static bool TryRead(ReadOnlyMemory<byte> octets, out DnsMessage? message)
    {
        message = null;
        if (octets.Length < HeaderSize)
            return false;
        var reader = new DnsMessageReader(octets.Span);
        var head = octets.Span;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(head[4..]) != 1 || !reader.SkipQuestion())
            return false;
        var question = octets[HeaderSize..reader._at];
        var truncated = (flags & 0x0200) != 0;
        var answers = new List<DnsRecord>();
        var authority = new List<DnsRecord>();
        var additional = new List<DnsRecord>();
        // A truncated answer is asked for again over TCP. Its sections may end anywhere, so they are not read.
        if (!truncated)
        {
            if (!reader.ReadSection(BinaryPrimitives.ReadUInt16BigEndian(head[6..]), answers)
                || !reader.ReadSection(BinaryPrimitives.ReadUInt16BigEndian(head[8..]), authority)
                || !reader.ReadSection(BinaryPrimitives.ReadUInt16BigEndian(head[10..]), additional))
                return false;
        }
        message = new DnsMessage(
            Id: BinaryPrimitives.ReadUInt16BigEndian(head),
            IsResponse: (flags & 0x8000) != 0,
            truncated,
            AuthenticData: (flags & 0x0020) != 0,
            ResponseCode: (flags & 15) | reader._extendedCode,
            question,
            answers,
            authority);
        return true;
    }

    private bool SkipQuestion()
    {
        if (!TryName(ref _at, out _) || _octets.Length - _at < 4)
            return false;
        _at += 4;
        return true;
    }

    private bool ReadSection(int count, List<DnsRecord> records)
    {
        for (var index = 0; index < count; index++)
        {
            if (!TryName(ref _at, out var name) || _octets.Length - _at < RecordHead)
                return false;
            var head = _octets[_at..];
            var type = BinaryPrimitives.ReadUInt16BigEndian(head);
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[8..]);
            if (head.Length - RecordHead < length)
                return false;
            _at += RecordHead;
            // RFC 6891 §6.1.3: the upper bits of the response code are in the place of the TTL.
            if (type == (ushort)DnsRecordType.Opt)
                _extendedCode = head[4] << 4;
            else if (BinaryPrimitives.ReadUInt16BigEndian(head[2..]) == Internet
                && !ReadRecord(name, (DnsRecordType)type, TimeToLive(head[4..]), length, records))
                return false;
            _at += length;
        }
        return true;
    }

    private readonly bool ReadRecord(string name, DnsRecordType type, int ttl, int length, List<DnsRecord> records)
    {
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
    private readonly string? NameIn(int at, int length)
    {
        var end = at;
        return TryName(ref end, out var name) && end == at + length ? name : null;
    }

    private static string? Text(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder(data.Length);
        while (data.Length > 0)
        {
            var length = data[0];
            if (length >= data.Length)
                return null;
            text.Append(Encoding.Latin1.GetString(data.Slice(1, length)));
            data = data[(length + 1)..];
        }
        return text.ToString();
    }

    private readonly bool TryName(ref int at, out string name)
    {
        name = ".";
        var text = new StringBuilder();
        var (position, barrier, wireLength) = (at, at, 1);
        var jumped = false;
        while (true)
        {
            if (position >= _octets.Length)
                return false;
            var length = _octets[position];
            if (length == 0)
            {
                if (!jumped)
                    at = position + 1;
                name = text.Length == 0 ? "." : text.ToString();
                return true;
            }
            if (length >= 0xC0)
            {
                if (position + 1 >= _octets.Length)
                    return false;
                if (!jumped)
                    at = position + 2;
                jumped = true;
                position = ((length & 0x3F) << 8) | _octets[position + 1];
                if (position >= barrier)
                    return false;
                barrier = position;
                continue;
            }
            // 0x40 and 0x80 are label types that were never used (RFC 6891 §5).
            if (length >= 0x40 || position + 1 + length > _octets.Length || (wireLength += length + 1) > DnsName.LongestOnWire)
                return false;
            if (text.Length > 0)
                text.Append('.');
            DnsName.AppendLabel(text, _octets.Slice(position + 1, length));
            position += length + 1;
        }
    }

    /// <summary>RFC 2181 §8: with the highest bit set it is zero.</summary>
    private static int TimeToLive(ReadOnlySpan<byte> octets) => Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(octets));
}
