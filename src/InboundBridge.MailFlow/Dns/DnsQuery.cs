using System.Buffers.Binary;
using System.Security.Cryptography;

namespace InboundBridge.MailFlow.Dns;

/// <summary>One question on the wire (RFC 1035 §4.1). An answer must repeat its random parts, which a forger has to guess.</summary>
internal sealed class DnsQuery
{
    /// <summary>RFC 9715: fits into one packet on nearly every path.</summary>
    private const ushort UdpPayload = 1232;

    private const int HeaderSize = 12;
    private const ushort RecursionDesired = 0x0100;

    /// <summary>RFC 6840 §5.7: asks whether the answer was validated.</summary>
    private const ushort AuthenticData = 0x0020;

    private DnsQuery(byte[] octets, int questionLength)
    {
        Octets = octets;
        Question = octets.AsMemory(HeaderSize, questionLength);
    }

    public byte[] Octets { get; }

    /// <summary>Name, type and class, in the mixed case of this query.</summary>
    public ReadOnlyMemory<byte> Question { get; }

    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Octets);

    /// <summary>Reads the head and the question only, so that a flood of forged packets costs little.</summary>
    public DnsQueryMatch Compare(ReadOnlySpan<byte> packet)
    {
        // The QR bit is set, and the operation is a standard query (RFC 1035 §4.1.1).
        if (packet.Length < HeaderSize + Question.Length || BinaryPrimitives.ReadUInt16BigEndian(packet) != Id
            || (packet[2] & 0xF8) != 0x80 || BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != 1)
            return DnsQueryMatch.None;
        var theirs = packet.Slice(HeaderSize, Question.Length);
        var ours = Question.Span;
        if (theirs.SequenceEqual(ours))
            return DnsQueryMatch.Exact;
        for (var index = 0; index < ours.Length; index++)
        {
            if (theirs[index] != ours[index] && ((theirs[index] ^ ours[index]) != 0x20 || !char.IsAsciiLetter((char)theirs[index])))
                return DnsQueryMatch.None;
        }
        return DnsQueryMatch.OtherCase;
    }

    /// <param name="wireName">From <see cref="DnsName.ToWire"/>.</param>
    /// <param name="edns">Adds an OPT record (RFC 6891), which some old servers refuse.</param>
    public static DnsQuery Create(byte[] wireName, DnsRecordType type, bool edns)
    {
        var question = HeaderSize + wireName.Length + 4;
        var octets = new byte[question + (edns ? 11 : 0)];
        RandomNumberGenerator.Fill(octets.AsSpan(0, 2));
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2), RecursionDesired | AuthenticData);
        octets[5] = 1;
        octets[11] = edns ? (byte)1 : (byte)0;
        wireName.CopyTo(octets.AsSpan(HeaderSize));
        MixCase(octets.AsSpan(HeaderSize, wireName.Length));
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(question - 4), (ushort)type);
        octets[question - 1] = 1;
        if (edns)
        {
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(question + 1), (ushort)DnsRecordType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(question + 3), UdpPayload);
        }
        return new DnsQuery(octets, wireName.Length + 4);
    }

    /// <summary>draft-vixie-dnsext-dns0x20: the server repeats the case of the letters, which a forger has to guess.</summary>
    private static void MixCase(Span<byte> name)
    {
        Span<byte> random = stackalloc byte[name.Length];
        RandomNumberGenerator.Fill(random);
        for (var index = 0; index < name.Length;)
        {
            var end = index + 1 + name[index];
            for (index++; index < end; index++)
            {
                if (char.IsAsciiLetter((char)name[index]))
                    name[index] = (byte)(random[index] < 128 ? name[index] | 0x20 : name[index] & ~0x20);
            }
        }
    }
}
