using System.Buffers.Binary;
using System.Text;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.Benchmarks.Senders;

/// <summary>A query over UDP and the answer to it (RFC 1035 §4.1), with an OPT record where the query has one (RFC 6891 §6.1.1).</summary>
internal static class ZoneAnswer
{
    public const int Most = 1232;

    private const int HeaderLength = 12;
    private const int NameError = 3;
    private const ushort Internet = 1;

    /// <summary>Two names, both the root, and five numbers.</summary>
    private const int SoaLength = 22;

    private static readonly byte[] Option = [0, 0, 41, Most >> 8, Most & 255, 0, 0, 0, 0, 0, 0];

    /// <param name="answer">Of <see cref="Most"/> octets.</param>
    /// <returns>The answer's length; 0 for what is no query.</returns>
    public static int Write(ReadOnlySpan<byte> query, SenderZone zone, Span<byte> answer)
    {
        if (query.Length < HeaderLength || (query[2] & 0x80) != 0 || BinaryPrimitives.ReadUInt16BigEndian(query[4..]) != 1
            || Question(query) is not { } question)
            return 0;
        var data = zone.Find(question.Name, question.Type);
        var hasOption = BinaryPrimitives.ReadUInt16BigEndian(query[10..]) > 0;
        query[..question.End].CopyTo(answer);
        // A response that is authoritative; recursion is offered, as a resolver does.
        answer[2] = (byte)(0x84 | (query[2] & 1));
        answer[3] = (byte)(0x80 | (data is null ? NameError : 0));
        BinaryPrimitives.WriteUInt16BigEndian(answer[6..], (ushort)(data is { Length: > 0 } ? 1 : 0));
        answer[8..HeaderLength].Clear();
        answer[11] = (byte)(hasOption ? 1 : 0);
        var end = question.End;
        if (data is { Length: > 0 })
        {
            end = Record(answer, end, question.Type, zone.Ttl, data);
        }
        else
        {
            answer[9] = 1;
            end = Authority(answer, end, zone.Ttl);
        }
        if (!hasOption)
            return end;
        Option.CopyTo(answer[end..]);
        return end + Option.Length;
    }

    private static int Record(Span<byte> answer, int at, DnsRecordType type, uint ttl, byte[] data)
    {
        // The question's name, behind the header.
        BinaryPrimitives.WriteUInt16BigEndian(answer[at..], 0xC000 | HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(answer[(at + 2)..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(answer[(at + 4)..], Internet);
        BinaryPrimitives.WriteUInt32BigEndian(answer[(at + 6)..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(answer[(at + 10)..], (ushort)data.Length);
        data.CopyTo(answer[(at + 12)..]);
        return at + 12 + data.Length;
    }

    /// <summary>
    /// The SOA record of the root. Without one nobody may keep an answer that says no (RFC 2308 §5), and every mail would ask again whether
    /// the domain above the sender's has a policy.
    /// </summary>
    /// <param name="ttl">Of the record, and its last number: how long the answer may be kept.</param>
    private static int Authority(Span<byte> answer, int at, uint ttl)
    {
        var record = answer.Slice(at, 1 + 10 + SoaLength);
        record.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(record[1..], (ushort)DnsRecordType.Soa);
        BinaryPrimitives.WriteUInt16BigEndian(record[3..], Internet);
        BinaryPrimitives.WriteUInt32BigEndian(record[5..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(record[9..], SoaLength);
        BinaryPrimitives.WriteUInt32BigEndian(record[^4..], ttl);
        return at + record.Length;
    }

    private static (string Name, DnsRecordType Type, int End)? Question(ReadOnlySpan<byte> query)
    {
        var name = new StringBuilder();
        var at = HeaderLength;
        while (at < query.Length && query[at] != 0)
        {
            int length = query[at];
            // Neither a pointer nor beyond the end; of names that are longer than ours nothing is known.
            if (length > 63 || at + 1 + length >= query.Length || name.Length > 255)
                return null;
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(query.Slice(at + 1, length)));
            at += 1 + length;
        }
        if (at + 5 > query.Length)
            return null;
        return (name.ToString().ToLowerInvariant(), (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]), at + 5);
    }
}
