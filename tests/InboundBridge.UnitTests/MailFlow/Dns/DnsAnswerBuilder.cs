using System.Buffers.Binary;
using System.Text;

namespace InboundBridge.UnitTests.MailFlow.Dns;

/// <summary>Writes valid and invalid answers octet by octet.</summary>
internal sealed class DnsAnswerBuilder
{
    private readonly List<byte> _octets = [];
    private int _answers;
    private int _authority;

    /// <param name="query">Its id and question are repeated.</param>
    public DnsAnswerBuilder(ReadOnlySpan<byte> query, int code = 0, bool truncated = false, bool authenticData = false)
    {
        var end = 12;
        while (query[end] != 0)
            end += query[end] + 1;
        _octets.AddRange(query[..(end + 5)]);
        _octets[2] = (byte)(0x81 | (truncated ? 2 : 0));
        _octets[3] = (byte)(0x80 | (authenticData ? 0x20 : 0) | code);
        _octets[10] = _octets[11] = 0;
    }

    public DnsAnswerBuilder Add(string name, int type, int ttl, params byte[] data)
    {
        _answers++;
        return Record(name, type, ttl, data);
    }

    public DnsAnswerBuilder Soa(string name, int ttl, int minimum)
    {
        _authority++;
        var data = new byte[22];
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(18), minimum);
        return Record(name, 6, ttl, data);
    }

    public byte[] Build()
    {
        var octets = _octets.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(6), (ushort)_answers);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(8), (ushort)_authority);
        return octets;
    }

    public static byte[] Name(string name)
    {
        var wire = new List<byte>();
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            wire.Add((byte)label.Length);
            wire.AddRange(Encoding.ASCII.GetBytes(label));
        }
        wire.Add(0);
        return [.. wire];
    }

    public static byte[] Text(params string[] strings) =>
        [.. strings.SelectMany(text => Encoding.Latin1.GetBytes(text).Prepend((byte)text.Length))];

    private DnsAnswerBuilder Record(string name, int type, int ttl, byte[] data)
    {
        // Empty: a pointer to the name in the question, as servers write it.
        _octets.AddRange(name.Length == 0 ? [0xC0, 12] : Name(name));
        var head = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        head[3] = 1;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(8), (ushort)data.Length);
        _octets.AddRange(head);
        _octets.AddRange(data);
        return this;
    }
}
